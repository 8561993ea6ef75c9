extension Exchange {
    func throttle() -> Verdict { .next }
}
