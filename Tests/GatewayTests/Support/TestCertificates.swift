import NIOSSL

/// Certificates for backends in tests, good until 2120 where nothing else is said. Made once with openssl; the keys
/// guard nothing.
struct TestCertificate: Sendable {
    let certificate: String
    let key: String

    var chain: [NIOSSLCertificateSource] {
        get throws { try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) } }
    }

    var privateKey: NIOSSLPrivateKey { get throws { try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem) } }

    /// The authority that tests trust.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBuzCCAWGgAwIBAgIUM2yTl4TydUmsD0zEMqenr44sftUwCgYIKoZIzj0EAwIw
        KjEPMA0GA1UECgwGU2x1aWNlMRcwFQYDVQQDDA5UZXN0IGF1dGhvcml0eTAgFw0y
        NjExMjExNjQwMDZaGA8yMTI2MTAyODE2NDAwNlowKjEPMA0GA1UECgwGU2x1aWNl
        MRcwFQYDVQQDDA5UZXN0IGF1dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEH
        A0IABCtn4x2Pvurzfclu0Kj15oBtS/rC4afJb9NdtbDEsQGH9kGE8sHhArQOIR2w
        6SDAZkhWKDJX6skXEhN7YTlpaW+jYzBhMB0GA1UdDgQWBBRInMkSTmQWmAUX6z3K
        QXhUAqci7DAfBgNVHSMEGDAWgBRInMkSTmQWmAUX6z3KQXhUAqci7DAPBgNVHRMB
        Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNIADBFAiEA26f9
        pFKGzZW0kS3bn2tAzuVuUi4BgBKwtWCNzGDJ05ACIEETqynP85Gv21zarXSdT0nm
        NwRDPcAb0Zv+HpX8va9B
        -----END CERTIFICATE-----
        """

    /// For `localhost`, `*.backend.example`, 127.0.0.1 and ::1, signed by ``authority``.
    static let trusted = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIB1jCCAXugAwIBAgICEAEwCgYIKoZIzj0EAwIwKjEPMA0GA1UECgwGU2x1aWNl
            MRcwFQYDVQQDDA5UZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw
            MDEwMTAwMDAwMFowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYI
            KoZIzj0DAQcDQgAE28fcTSsR4wfBb+HBvUdRW3FeN5s4nv07G4XthQo2L/K+F3L1
            IMSOJ+UqdjkQ+cKv8XpB4LW3yd/kRUXcytj916OBpDCBoTA/BgNVHREEODA2ggls
            b2NhbGhvc3SCESouYmFja2VuZC5leGFtcGxlhwR/AAABhxAAAAAAAAAAAAAAAAAA
            AAABMAkGA1UdEwQCMAAwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFLwE
            zONNcDgWyy7ebeR0J0VG0Z4JMB8GA1UdIwQYMBaAFEicyRJOZBaYBRfrPcpBeFQC
            pyLsMAoGCCqGSM49BAMCA0kAMEYCIQDtYw+CQtfacSmQ5ZtghemYyQ4FxdX5rdOk
            5PVEGERU0gIhAN/+FWjCPHIkKyLpjkS1Yg4Ipwftbs36IqqRnn2ieRU6
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2TjgeCKiIx8Zghdq
            6mvpiMDFsb20c8YdABS+NerIEayhRANCAATbx9xNKxHjB8Fv4cG9R1FbcV43mzie
            /Tsbhe2FCjYv8r4XcvUgxI4n5Sp2ORD5wq/xekHgtbfJ3+RFRdzK2P3X
            -----END PRIVATE KEY-----
            """)

    /// As ``trusted``, from 2001 to 2002.
    static let expired = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIB0jCCAXmgAwIBAgICEAIwCgYIKoZIzj0EAwIwKjEPMA0GA1UECgwGU2x1aWNl
            MRcwFQYDVQQDDA5UZXN0IGF1dGhvcml0eTAeFw0wMTAxMDEwMDAwMDBaFw0wMjAx
            MDEwMDAwMDBaMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqG
            SM49AwEHA0IABP0lf5kOLvIms5MnvWbTJefmr39JNKoVJf+MXmGhKtJQYuFh66tp
            rxoBIrq3o0p8pzVvz1xBlLZIpiIFLXm4t5OjgaQwgaEwPwYDVR0RBDgwNoIJbG9j
            YWxob3N0ghEqLmJhY2tlbmQuZXhhbXBsZYcEfwAAAYcQAAAAAAAAAAAAAAAAAAAA
            ATAJBgNVHRMEAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMBMB0GA1UdDgQWBBTkbenO
            ucGnpecGCvDiWYm284hutDAfBgNVHSMEGDAWgBRInMkSTmQWmAUX6z3KQXhUAqci
            7DAKBggqhkjOPQQDAgNHADBEAiAWqaWEitDP/iBAHjmuELGcbG087vYbMmLCMsU6
            dIITZwIgdgceY0k4+1Sn7K8Pn7Ol5z709UFHwOhGfV3asO6frwk=
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLzqv2a/6MIeNuS0E
            us7WkExygl6K3670oX53KEvCERShRANCAAT9JX+ZDi7yJrOTJ71m0yXn5q9/STSq
            FSX/jF5hoSrSUGLhYeuraa8aASK6t6NKfKc1b89cQZS2SKYiBS15uLeT
            -----END PRIVATE KEY-----
            """)

    /// As ``trusted``, from 2110 on.
    static let future = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIB1jCCAX2gAwIBAgICEAMwCgYIKoZIzj0EAwIwKjEPMA0GA1UECgwGU2x1aWNl
            MRcwFQYDVQQDDA5UZXN0IGF1dGhvcml0eTAiGA8yMTEwMDEwMTAwMDAwMFoYDzIx
            MjAwMTAxMDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIB
            BggqhkjOPQMBBwNCAAQ+8VacPyjEcvcd3xLMypj+A8XRFE6Bo2Fep+1u5pQUPQ5e
            tK9FVEDeC4XdC1ORBt72mUNCVf1aRUn/tTU2hBbOo4GkMIGhMD8GA1UdEQQ4MDaC
            CWxvY2FsaG9zdIIRKi5iYWNrZW5kLmV4YW1wbGWHBH8AAAGHEAAAAAAAAAAAAAAA
            AAAAAAEwCQYDVR0TBAIwADATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHQ4EFgQU
            8uccxNZziSnLhRFDkl66NcLfvrUwHwYDVR0jBBgwFoAUSJzJEk5kFpgFF+s9ykF4
            VAKnIuwwCgYIKoZIzj0EAwIDRwAwRAIgc7dCVbhszhYbc86T/JCGJBmQyqwCGyIM
            4LKQfpqyRRcCIDkBnu8zl0MCUibzgvna7Q1m+Ha120dv6t3hs5Pm7xfZ
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEkdluh81dP1sa/+y
            s5lVvi2owrVA8fjQjQmhiwPXa5ehRANCAAQ+8VacPyjEcvcd3xLMypj+A8XRFE6B
            o2Fep+1u5pQUPQ5etK9FVEDeC4XdC1ORBt72mUNCVf1aRUn/tTU2hBbO
            -----END PRIVATE KEY-----
            """)

    /// For `other.example` alone.
    static let other = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBsDCCAVagAwIBAgICEAQwCgYIKoZIzj0EAwIwKjEPMA0GA1UECgwGU2x1aWNl
            MRcwFQYDVQQDDA5UZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw
            MDEwMTAwMDAwMFowGDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTBZMBMGByqGSM49
            AgEGCCqGSM49AwEHA0IABPGqHSdlXfqh4nJe7whdLSlXuWLhsmFf9psncnaBm/fW
            cSIcLqliml3sttPbtoex2J7xWmEvjIfmXIYJGJWb/K+jfDB6MBgGA1UdEQQRMA+C
            DW90aGVyLmV4YW1wbGUwCQYDVR0TBAIwADATBgNVHSUEDDAKBggrBgEFBQcDATAd
            BgNVHQ4EFgQU6X3UTrTQXABe1iAiMMOcqtlKcSEwHwYDVR0jBBgwFoAUSJzJEk5k
            FpgFF+s9ykF4VAKnIuwwCgYIKoZIzj0EAwIDSAAwRQIhANxGilhA2rujDIu416u5
            IUpBrp/gMsa4UY9WZL+SkBLJAiAZp1F9CHkcWHSBPyR601nojt7lOqr3BVCWvuSH
            HRyF7w==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgajvDjrOrOUCFkzwx
            oyVj+S6qYVk1gov8rrRMmafcp/uhRANCAATxqh0nZV36oeJyXu8IXS0pV7li4bJh
            X/abJ3J2gZv31nEiHC6pYppd7LbT27aHsdie8VphL4yH5lyGCRiVm/yv
            -----END PRIVATE KEY-----
            """)

    /// As ``trusted``, signed by an authority that nobody knows.
    static let foreign = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIB1zCCAX6gAwIBAgICEAUwCgYIKoZIzj0EAwIwLTEPMA0GA1UECgwGU2x1aWNl
            MRowGAYDVQQDDBFVbmtub3duIGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8y
            MTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0C
            AQYIKoZIzj0DAQcDQgAElCrptFivDLH7vIFPQJDbDzS6eOxKRRaGgW2Wv3/G6HyB
            haaMv3NPZ6k4UAzY3xf/g2Tmn1WNmVSyJw2jXSlDKqOBpDCBoTA/BgNVHREEODA2
            gglsb2NhbGhvc3SCESouYmFja2VuZC5leGFtcGxlhwR/AAABhxAAAAAAAAAAAAAA
            AAAAAAABMAkGA1UdEwQCMAAwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYE
            FAoNJO4XRbc/BOJ12VDWkgeYwMfGMB8GA1UdIwQYMBaAFHgzs9ZcI0ul5qtTSf/8
            X02ydJvWMAoGCCqGSM49BAMCA0cAMEQCIEovs+8BL42ExV5lzLhql922kKjk5G0P
            lbkAqxFnXmmSAiBiLTbHhip5iNVEyumFtbN4XXmNwhFeySGTVLOFZ7g0yg==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgn3a6QhHy4F2UB0kB
            1rD/iZm9hZFyrOa594WL25ZulZahRANCAASUKum0WK8Msfu8gU9AkNsPNLp47EpF
            FoaBbZa/f8bofIGFpoy/c09nqThQDNjfF/+DZOafVY2ZVLInDaNdKUMq
            -----END PRIVATE KEY-----
            """)

    /// As ``trusted``, signed by itself.
    static let selfSigned = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBwjCCAWigAwIBAgIUM0XdeDHIWfK3KlkLC5pbdDLkfLYwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE2NDAwN1oYDzIxMjYxMDI4
            MTY0MDA3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAARxFTM4URDfseWpEmwupvnYy1ysqGfMsDlLI4Zde7ZaEN1wCIIODlUp
            mNqPxPM4fH9Pft5+9UfeWOgdA2uBoCiyo4GVMIGSMB0GA1UdDgQWBBRfsMyVIOyS
            8NsSTp5cReUncqlxKjAfBgNVHSMEGDAWgBRfsMyVIOyS8NsSTp5cReUncqlxKjAP
            BgNVHRMBAf8EBTADAQH/MD8GA1UdEQQ4MDaCCWxvY2FsaG9zdIIRKi5iYWNrZW5k
            LmV4YW1wbGWHBH8AAAGHEAAAAAAAAAAAAAAAAAAAAAEwCgYIKoZIzj0EAwIDSAAw
            RQIhAPknrLuvNueUhFbF6NDuTBcQGzXKC6pnuy6ZSgn9ZG5VAiBZKnBosypyKagm
            BQ1+GspeEZg4w4o/tvjNh7gPe+0Qrg==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzt9P1eAR8h5D2UG4
            ZX/DW2eCgcafROefE9kAEIX0nhehRANCAARxFTM4URDfseWpEmwupvnYy1ysqGfM
            sDlLI4Zde7ZaEN1wCIIODlUpmNqPxPM4fH9Pft5+9UfeWOgdA2uBoCiy
            -----END PRIVATE KEY-----
            """)
}
