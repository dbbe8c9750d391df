import Accounts
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import Logging
import SharedState

extension Pages {
    /// Maps a route's errors to pages.
    func catching(
        _ context: CarrelRequestContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await answer()
        } catch let error as APIError {
            return self.failed(error)
        } catch let refusal as Refusal {
            return self.refused(refusal)
        } catch let failure as OAuthFailure {
            return self.message("That did not work", failure.message, status: failure.status)
        } catch let error as AccountError {
            let status: HTTPResponse.Status = error.code == .tooManyTokens ? .conflict : .forbidden
            return self.message("That did not work", error.message, status: status)
        } catch let error as IdentityError {
            context.logger.error("A page failed", metadata: ["error": "\(error.message)"])
            return self.message("That did not work", error.message, status: .internalServerError)
        } catch let error as SharedStateError {
            return self.refused(Refusal(error, context))
        }
    }

    private func refused(_ refusal: Refusal) -> Response {
        guard case .unavailable = refusal else { return self.failed(APIError(refusal)) }
        var response = self.message(
            "Try again in a moment",
            "The server cannot look up your session now.",
            status: .serviceUnavailable
        )
        response.headers.append(contentsOf: RetryAfter.moment.headers)
        return response
    }

    private func failed(_ error: APIError) -> Response {
        var response = self.message("That did not work", error.message, detail: error.detail, status: error.status)
        response.headers.append(contentsOf: error.headers)
        return response
    }

    /// Status 503, with the settings that sign-in needs.
    func noProvider() -> Response {
        self.message(
            "Sign-in is not set up yet",
            "This server has no OpenID provider to sign in with.",
            detail:
                "Its operator sets OPENID_PROVIDER_URL, OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET, or gives out tokens "
                + "with 'carrel token create'.",
            status: .serviceUnavailable
        )
    }
}
