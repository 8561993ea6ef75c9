import ArgumentParser

struct Functions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lambda functions of this machine; without a subcommand, list them.",
        discussion: """
            Functions run as processes of this machine and speak Lambda's Runtime API. Integrations of the types
            AWS_PROXY and AWS invoke them by their ARNs, as on AWS.

            Examples:
              sluice functions add hello --runtime python3.11 --handler app.handler ./hello
              sluice functions invoke hello --payload '{"name": "Rex"}'
              sluice functions logs hello --follow
            """,
        subcommands: [
            FunctionsList.self, FunctionsAdd.self, FunctionsShow.self, FunctionsInvoke.self, FunctionsLogs.self,
            FunctionsAllow.self, FunctionsRemove.self,
        ],
        defaultSubcommand: FunctionsList.self)
}
