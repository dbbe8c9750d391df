import MCPServer
import Vault

extension ToolArguments {
    var pageQuery: PageQuery {
        PageQuery(limit: self.optionalInteger("limit") ?? PageQuery.maxLimit, after: self.optionalString("cursor"))
    }
}
