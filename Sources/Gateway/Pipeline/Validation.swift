extension Exchange {
    func validate() -> Verdict { .next }
}
