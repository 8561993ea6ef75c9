extension Exchange {
    func compress() -> Verdict { .next }
}
