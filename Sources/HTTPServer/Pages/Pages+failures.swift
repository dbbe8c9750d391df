import Hummingbird
import Identity
import Logging
import SharedState

extension Pages {
    /// Turns what a route for people throws into a page.
    func catching(
        _ context: CarrelRequestContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await answer()
        } catch let error as APIError {
            var response = self.message("That did not work", error.message, detail: error.detail, status: error.status)
            for field in error.headers { response.headers.append(field) }
            return response
        } catch let failure as OAuthFailure {
            return self.message("That did not work", failure.message, status: failure.status)
        } catch let error as IdentityError {
            context.logger.error("A page failed", metadata: ["error": "\(error.message)"])
            return self.message("That did not work", error.message, status: .internalServerError)
        } catch let error as SharedStateError {
            context.logger.error("The shared state is unavailable", metadata: ["error": "\(error)"])
            var response = self.message(
                "Try again in a moment",
                "The server cannot look up who you are now.",
                status: .serviceUnavailable
            )
            response.headers[.retryAfter] = "1"
            return response
        }
    }

    /// Says what an operator has to set before anybody can sign in.
    func noProvider() -> Response {
        self.message(
            "Nobody can sign in yet",
            "This server has no OpenID provider to sign in with.",
            detail:
                "Its operator sets OPENID_PROVIDER_URL, OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET, or gives out tokens "
                + "with 'carrel token create'.",
            status: .serviceUnavailable
        )
    }
}
