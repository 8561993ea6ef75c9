extension Exchange {
    func checkApiKey() -> Verdict { .next }
}
