/// What can be revoked by an id.
package enum Credential: String, Sendable {
    case token
    case grant
}
