extension Exchange {
    func storeInCache() -> Verdict { .next }
}
