import Testing

/// All end-to-end tests, one after another: each starts processes of its own, and two cores carry only so many.
@Suite(.serialized) enum EndToEnd {}
