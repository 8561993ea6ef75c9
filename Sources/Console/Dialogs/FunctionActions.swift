import ControlAPI
import Terminal

/// What can be done to a function. Each asks first.
enum FunctionActions {
    static func allow(_ name: String, _ workspace: inout Workspace) {
        let job = Job(
            .addPermission(functionName: name), doing: "let API Gateway invoke \(name)",
            done: "API Gateway may invoke \(name)")
        workspace.present(
            AskDialog(title: "Let API Gateway invoke \(name)", button: "Allow", job) { _ in
                [
                    ("policy", "adds lambda:InvokeFunction for apigateway.amazonaws.com", .plain),
                    ("for", "every API and method of this engine", .plain),
                    ("", "`aws lambda add-permission --source-arn ARN` allows one alone", .dim),
                ]
            })
    }

    static func delete(_ name: String, _ workspace: inout Workspace) {
        let job = Job(
            .deleteFunction(functionName: name), doing: "delete the function \(name)",
            done: "function \(name) deleted")
        workspace.present(
            AskDialog(title: "Delete the function \(name)", button: "Delete", job) { workspace in
                let users = workspace.model.methods(invoking: name)
                var lines: [AskDialog.Line] = users.prefix(5).enumerated().map { index, user in
                    (index == 0 ? "used by" : "", user, .warning)
                }
                if users.count > 5 { lines.append(("", "and \(users.count - 5) more", .warning)) }
                lines.append(("at once", "its versions, aliases and permissions are gone", .plain))
                lines.append(
                    ("", "methods that invoke it answer 500", users.isEmpty ? .plain : .warning))
                return lines
            })
    }

    static func invoke(_ name: String, _ workspace: inout Workspace) {
        workspace.prepareInvocation(name)
        workspace.open(InvokeScreen(name))
    }
}
