package import ControlAPI
import Terminal

package typealias TailSelection = EventSelection.AccessSelection

/// What the console does first.
package func start(_ state: inout AppState) -> [Effect] {
    [.connect(afterMilliseconds: 0)] + state.appear()
}

/// One step of the console. Pure: whatever has to be done outside comes back as effects.
package func update(_ state: inout AppState, _ event: AppEvent) -> [Effect] {
    var effects: [Effect]
    switch event {
    case .terminal(let event): effects = terminal(&state, event)
    case .clock(let now): effects = clock(&state, now)
    case .answered(let request, let answer):
        state.workspace.model.take(answer, for: request)
        if case .models(let api) = request { state.workspace.refillTests(api) }
        effects = news(&state)
    case .failed(let request, let error):
        state.workspace.model.take(error, for: request)
        effects = news(&state)
    case .feed(let event): effects = feed(&state, event)
    case .feedLost(let error): effects = lost(&state, error)
    case .tail(let selection, let records, let dropped):
        effects = tail(&state, selection, records, dropped)
    case .functionTail(let selection, let records, let dropped):
        effects = tail(&state, selection, records, dropped)
    case .changed(let key, let token, let stage): effects = changed(&state, key, token, stage)
    case .changeFailed(let key, let token, let error): effects = changeFailed(&state, key, token, error)
    case .performed(let job, let token): effects = performed(&state, job, token)
    case .refused(let job, let token, let error): effects = refused(&state, job, token, error)
    case .tested(let key, let token, let response): effects = tested(&state, key, token, .success(response))
    case .testFailed(let key, let token, let error): effects = tested(&state, key, token, .failure(error))
    case .invoked(let name, let token, let answer): effects = invoked(&state, name, token, .success(answer))
    case .invokeFailed(let name, let token, let error): effects = invoked(&state, name, token, .failure(error))
    case .edited(let document, let outcome): effects = edited(&state, document, outcome)
    case .saved(let path): effects = state.workspace.tell("saved \(path)")
    case .themeUsed(let name):
        state.workspace.theme = name
        effects = []
    case .trouble(let text): effects = state.workspace.tell(text, .trouble)
    }
    effects += navigate(&state)
    return effects
}

/// Goes where a screen asked to go.
private func navigate(_ state: inout AppState) -> [Effect] {
    var effects: [Effect] = []
    while !state.workspace.navigation.isEmpty {
        switch state.workspace.navigation.removeFirst() {
        case .open(let screen): effects += state.push(screen)
        case .present(let overlay): state.overlays.append(overlay)
        case .back: effects += state.pop()
        }
    }
    return effects
}

/// Tells what is on screen that the model changed.
func news(_ state: inout AppState) -> [Effect] {
    let more = state.withTop { screen, workspace -> [Effect] in
        screen.refresh(workspace)
        // What was just learnt may tell what else is to be asked: the APIs, then their stages.
        let missing = screen.requests(workspace).filter { !workspace.model.isAsked($0) }
        return workspace.ask(missing)
    }
    for index in state.overlays.indices { state.overlays[index].refresh(state.workspace) }
    return more ?? []
}

private func clock(_ state: inout AppState, _ now: Int) -> [Effect] {
    state.workspace.now = now
    if let toast = state.workspace.toast, toast.until <= now { state.workspace.toast = nil }
    guard case .lost(_, let retryAt, _) = state.workspace.connection else { return [] }
    // The seconds to the next try are counted down on screen.
    return [.wake(afterMilliseconds: max(50, min(1000, retryAt &- now)))]
}

// MARK: Keys

private func terminal(_ state: inout AppState, _ event: TerminalEvent) -> [Effect] {
    switch event {
    case .key(let key): return press(&state, key)
    case .paste(let text):
        guard let last = state.overlays.indices.last else { return [] }
        return settle(&state, last, state.overlays[last].paste(text, &state.workspace))
    case .mouse(let event):
        guard state.overlays.isEmpty else { return [] }
        return state.withTop { screen, workspace in screen.mouse(event, &workspace) } ?? []
    case .resize(let width, let height):
        state.workspace.width = width
        state.workspace.height = height
        state.withTop { screen, workspace in screen.refresh(workspace) }
        return []
    case .focus, .resumed: return []
    case .terminate: return [.quit]
    }
}

private func press(_ state: inout AppState, _ key: Key) -> [Effect] {
    if let last = state.overlays.indices.last {
        // The way out works everywhere.
        if key == .control("c") { return [.quit] }
        return settle(&state, last, state.overlays[last].key(key, &state.workspace))
    }
    if state.workspace.toast?.kind == .trouble { state.workspace.toast = nil }
    guard let command = state.workspace.keymap.command(for: key, in: state.contexts) else { return [] }
    return perform(&state, command)
}

/// Runs a command, or tells why it is off.
package func perform(_ state: inout AppState, _ command: Command) -> [Effect] {
    if let why = command.off(state) { return state.workspace.tell(why, .news) }
    if let run = command.run { return run(&state) }
    return state.withTop { screen, workspace in screen.perform(command.id, &workspace) } ?? []
}

private func settle(_ state: inout AppState, _ index: Int, _ outcome: OverlayOutcome) -> [Effect] {
    func close() { if index < state.overlays.count { state.overlays.remove(at: index) } }
    switch outcome {
    case .stay(let effects): return effects
    case .close(let effects):
        close()
        // What the overlay changed may be what the screen shows.
        state.withTop { screen, workspace in screen.refresh(workspace) }
        return effects
    case .run(let id):
        close()
        guard let command = state.workspace.keymap.command(id, in: state.contexts) else { return [] }
        return perform(&state, command)
    case .go(let line):
        close()
        return PaletteLine.run(line, &state)
    case .filter(let text, let shut):
        if shut { close() }
        state.withTop { screen, workspace in screen.setFilter(text, workspace) }
        if !text.isEmpty { state.workspace.lastFilter = text }
        return []
    }
}

// MARK: The engine

private func feed(_ state: inout AppState, _ event: ControlEvent) -> [Effect] {
    state.workspace.lastNews = state.workspace.now
    switch event {
    case .hello(let engine): return hello(&state, engine)
    case .metrics(let time, let samples):
        state.workspace.model.metrics.take(samples, upTo: time)
        let pulse = state.top?.pulse(state.workspace, second: time) ?? []
        return state.workspace.ask(pulse) + news(&state)
    case .access, .functions: return []
    case .change(let entry): return change(&state, entry)
    }
}

/// The engine is there, for the first time or again: everything on screen is asked anew.
private func hello(_ state: inout AppState, _ engine: EngineInfo) -> [Effect] {
    let wasLost = state.workspace.isLost
    if let known = state.workspace.model.engine, known.startedDate != engine.startedDate || known.pid != engine.pid {
        // Counters began anew.
        state.workspace.model.metrics.clear()
    }
    state.workspace.model.engine = engine
    state.workspace.connection = .live
    state.workspace.model.forgetRequests()
    var effects = state.workspace.ask([.metrics, .journal])
    effects += state.appear()
    if wasLost {
        effects += state.workspace.tell("the engine answers again")
        if state.tail != .none { effects.append(.tail(state.tail)) }
        if state.functionTail != .none { effects.append(.tailFunctions(state.functionTail)) }
    }
    return effects
}

private func lost(_ state: inout AppState, _ error: ControlError) -> [Effect] {
    var attempts = 0
    if case .lost(_, _, let before) = state.workspace.connection { attempts = before + 1 }
    let delay = Backoff.milliseconds(attempts: attempts)
    state.workspace.connection = .lost(
        reason: "\(error)", retryAt: state.workspace.now &+ delay, attempts: attempts)
    state.workspace.model.forgetRequests()
    return [.connect(afterMilliseconds: delay), .wake(afterMilliseconds: min(1000, delay))]
}

/// How long to wait for a lost engine: 0.5 s, doubling, 10 s at most.
package enum Backoff {
    package static func milliseconds(attempts: Int) -> Int {
        min(10_000, 500 << min(max(0, attempts), 5))
    }
}

private func change(_ state: inout AppState, _ entry: JournalEntry) -> [Effect] {
    let isNews = !state.workspace.model.journal.contains { $0.sequence == entry.sequence }
    state.workspace.model.note(entry)
    let path = ResourcePath(entry.resource)
    var effects = state.workspace.ask(state.workspace.model.stale(after: path))
    let own =
        path.stage.map { state.workspace.model.pending[$0] != nil || $0 == state.workspace.justChanged } ?? false
        || state.workspace.isOwn(entry.resource)
    if isNews && !own {
        effects += state.workspace.tell(
            "\(entry.operation) \(path.short(state.workspace.model)) by \(entry.actor)", .news)
    }
    return effects + news(&state)
}

private func tail(
    _ state: inout AppState, _ selection: TailSelection, _ records: [AccessLogRecord], _ dropped: Int
) -> [Effect] {
    guard selection == state.tail else { return [] }
    for record in records { state.workspace.model.log.follow(record) }
    state.workspace.model.log.dropped += max(0, dropped)
    state.withTop { screen, workspace in screen.refresh(workspace) }
    return []
}

private func tail(
    _ state: inout AppState, _ selection: EventSelection.FunctionSelection, _ records: [FunctionLogRecord],
    _ dropped: Int
) -> [Effect] {
    guard selection == state.functionTail else { return [] }
    for record in records { state.workspace.model.functionLog.follow(record) }
    state.workspace.model.functionLog.dropped += max(0, dropped)
    state.withTop { screen, workspace in screen.refresh(workspace) }
    return []
}

private func changed(_ state: inout AppState, _ key: StageKey, _ token: Int, _ stage: Stage) -> [Effect] {
    let pending = state.workspace.model.pending[key]
    if pending?.token == token { state.workspace.model.pending[key] = nil }
    state.workspace.justChanged = key
    state.workspace.model.replace(stage, key)
    let title = pending?.change.done ?? "changed"
    return state.workspace.tell("\(key.stageName): \(title)") + state.workspace.ask([.stages(apiId: key.apiId)])
        + news(&state)
}

private func changeFailed(_ state: inout AppState, _ key: StageKey, _ token: Int, _ error: ControlError) -> [Effect] {
    let pending = state.workspace.model.pending[key]
    guard pending?.token == token else { return [] }
    state.workspace.model.pending[key] = nil
    state.overlays.append(
        NoticeDialog.failure(title: "\(key.stageName): could not \(pending?.change.doing ?? "change it")", error))
    // Whether it was done is not known when no answer came: look.
    return state.workspace.ask([.stages(apiId: key.apiId)]) + news(&state)
}
