/// The files of the top-level folder `themes`, which the package manager compiles into the binary, so that a binary
/// that was copied elsewhere still has them.
enum ShippedThemes {
    static let files: [(name: String, bytes: [UInt8])] = [
        ("colour-blind", PackageResources.colour_blind_toml),
        ("dark", PackageResources.dark_toml),
        ("high-contrast", PackageResources.high_contrast_toml),
        ("light", PackageResources.light_toml),
        ("terminal", PackageResources.terminal_toml),
        ("tide", PackageResources.tide_toml),
    ]
}
