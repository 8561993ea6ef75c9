extension Exchange {
    func lookUpCache() -> Verdict { .next }
}
