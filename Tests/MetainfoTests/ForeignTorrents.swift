import Foundation

/// Torrent files that other programs made, whole.
///
/// Made on Debian 12 by python3-libtorrent 2.0.8 (`lt.create_torrent` with `v1_only`, `v2_only` or neither, and `symlinks`) and by
/// `mktorrent 1.1 -l 15 -a … -p -s SRC -w …` from files of seeded random bytes, only for these tests; the info-hashes that the
/// tests expect were read back with `lt.torrent_info` and `transmission-show`.
enum ForeignTorrents {
    /// Folder of six files, one executable, one empty, one a link; v1.
    static let albumV1 = decode(
        """
        ZDg6YW5ub3VuY2UzMDpodHRwOi8vMTI3LjAuMC4xOjY5NjkvYW5ub3VuY2U3OmNvbW1lbnQxNDptYWRlIGZvciB0ZXN0czEwOmNyZWF0ZWQg
        YnkxNjpsaWJ0b3JyZW50IDIuMC44MTM6Y3JlYXRpb24gZGF0ZWkxNzAwMDAwMDAwZTQ6aW5mb2Q1OmZpbGVzbGQ0OmF0dHIxOng2Omxlbmd0
        aGk3MDAwMGU0OnBhdGhsNDpkaXNjNTpjLmJpbmVlZDY6bGVuZ3RoaTE2Mzg0ZTQ6cGF0aGw0OmRpc2M0OmRlZXA1OmQuYmluZWVkNjpsZW5n
        dGhpNTAwMDBlNDpwYXRobDU6Yi5iaW5lZWQ2Omxlbmd0aGkwZTQ6cGF0aGw1OmVtcHR5ZWVkNDphdHRyMjp4bDY6bGVuZ3RoaTBlNDpwYXRo
        bDQ6bGlua2UxMjpzeW1saW5rIHBhdGhsNDpkaXNjNTpjLmJpbmVlZDY6bGVuZ3RoaTEwMGU0OnBhdGhsNTphLnR4dGVlZTQ6bmFtZTU6YWxi
        dW0xMjpwaWVjZSBsZW5ndGhpMTYzODRlNjpwaWVjZXMxODA6hYNRxkYzMPL3br/jIFHpUaWVaZB/1HtP7igNHqHUNuXY6baJAKnRM9uWyK99
        j5efRXhYJmjlrQl/6WMs5h1ZAJNLgqLfWfRQmgoaoO2w4pzs0O59bhP0RwpNijQTyMtl8S2KTsbpKte8te4kEEanGY7d5kOPi0dUPIQu84T1
        XrHyHx1fCfLey3Y7BM5fPqxQeE2vUO6EhC4rvf7zDgK8/JzEPH3N6rNMVO1Q2XnBpdCUw4DBZWU=
        """)

    /// The same folder; v2.
    static let albumV2 = decode(
        """
        ZDg6YW5ub3VuY2UzMDpodHRwOi8vMTI3LjAuMC4xOjY5NjkvYW5ub3VuY2U3OmNvbW1lbnQxNDptYWRlIGZvciB0ZXN0czEwOmNyZWF0ZWQg
        YnkxNjpsaWJ0b3JyZW50IDIuMC44MTM6Y3JlYXRpb24gZGF0ZWkxNzAwMDAwMDAwZTQ6aW5mb2Q5OmZpbGUgdHJlZWQ1OmEudHh0ZDA6ZDY6
        bGVuZ3RoaTEwMGUxMTpwaWVjZXMgcm9vdDMyOiuFP87jA2/fxX/LPmImr7nCpDr4MfJbW+BO0ue6fvhvZWU1OmIuYmluZDA6ZDY6bGVuZ3Ro
        aTUwMDAwZTExOnBpZWNlcyByb290MzI67su9GaD26/sg4UbwX65xvKfxNsFOpeadGBLn+ANpl1NlZTQ6ZGlzY2Q1OmMuYmluZDA6ZDQ6YXR0
        cjE6eDY6bGVuZ3RoaTcwMDAwZTExOnBpZWNlcyByb290MzI671YpkSTDE48kETGZzpL8gs9owHg8OVVP8VYDwVIJyqJlZTQ6ZGVlcGQ1OmQu
        YmluZDA6ZDY6bGVuZ3RoaTE2Mzg0ZTExOnBpZWNlcyByb290MzI63NtvpmAHUh6QzWPRbP8Hwdr/EzOSUkryXcUI62mV62xlZWVlNTplbXB0
        eWQwOmQ2Omxlbmd0aGkwZWVlNDpsaW5rZDA6ZDQ6YXR0cjI6eGwxMjpzeW1saW5rIHBhdGhsNDpkaXNjNTpjLmJpbmVlZWUxMjptZXRhIHZl
        cnNpb25pMmU0Om5hbWU1OmFsYnVtMTI6cGllY2UgbGVuZ3RoaTE2Mzg0ZWUxMjpwaWVjZSBsYXllcnNkMzI67su9GaD26/sg4UbwX65xvKfx
        NsFOpeadGBLn+ANpl1MxMjg62b3dkRTYQWCKxA/kDWzidnYrsjmmAgPhL2Xy9W5PGt/2QuKySbi65VArC/S6kXxrpMpoCG6aUvP8yjDtYDPP
        jClvErToHh584ma6X3jVSPlAdp9xZ0nxxDVw2SvVb6vI52IDm//0gboJ4AJNNfqCQxCEy13P3OzsN4hWlSgkA+YzMjrvVimRJMMTjyQRMZnO
        kvyCz2jAeDw5VU/xVgPBUgnKojE2MDr/5v2QN4MfgnYBUb+FNMKmYb4YlghiqkOoZ6SP+95QwxzueDQHOGqHlnQ/qsXnMkb4+jqzVc3VU72V
        33lPP6olgv6umUDSOicIG0yD6mhPEb6VnYQobuYvlzD4vpr9A20DmbUAvuVGKZ04n0xVxXw5ffQTmoxzz/olov1FhMT4mS946y63UBknNtJ2
        lI+ZJnEs45LJ6/qCiZ9SGhoFSlfpZWU=
        """)

    /// The same folder; v1 and v2.
    static let albumHybrid = decode(
        """
        ZDg6YW5ub3VuY2UzMDpodHRwOi8vMTI3LjAuMC4xOjY5NjkvYW5ub3VuY2U3OmNvbW1lbnQxNDptYWRlIGZvciB0ZXN0czEwOmNyZWF0ZWQg
        YnkxNjpsaWJ0b3JyZW50IDIuMC44MTM6Y3JlYXRpb24gZGF0ZWkxNzAwMDAwMDAwZTQ6aW5mb2Q5OmZpbGUgdHJlZWQ1OmEudHh0ZDA6ZDY6
        bGVuZ3RoaTEwMGUxMTpwaWVjZXMgcm9vdDMyOiuFP87jA2/fxX/LPmImr7nCpDr4MfJbW+BO0ue6fvhvZWU1OmIuYmluZDA6ZDY6bGVuZ3Ro
        aTUwMDAwZTExOnBpZWNlcyByb290MzI67su9GaD26/sg4UbwX65xvKfxNsFOpeadGBLn+ANpl1NlZTQ6ZGlzY2Q1OmMuYmluZDA6ZDQ6YXR0
        cjE6eDY6bGVuZ3RoaTcwMDAwZTExOnBpZWNlcyByb290MzI671YpkSTDE48kETGZzpL8gs9owHg8OVVP8VYDwVIJyqJlZTQ6ZGVlcGQ1OmQu
        YmluZDA6ZDY6bGVuZ3RoaTE2Mzg0ZTExOnBpZWNlcyByb290MzI63NtvpmAHUh6QzWPRbP8Hwdr/EzOSUkryXcUI62mV62xlZWVlNTplbXB0
        eWQwOmQ2Omxlbmd0aGkwZWVlNDpsaW5rZDA6ZDQ6YXR0cjI6eGwxMjpzeW1saW5rIHBhdGhsNDpkaXNjNTpjLmJpbmVlZWU1OmZpbGVzbGQ2
        Omxlbmd0aGkxMDBlNDpwYXRobDU6YS50eHRlZWQ0OmF0dHIxOnA2Omxlbmd0aGkxNjI4NGU0OnBhdGhsNDoucGFkNToxNjI4NGVlZDY6bGVu
        Z3RoaTUwMDAwZTQ6cGF0aGw1OmIuYmluZWVkNDphdHRyMTpwNjpsZW5ndGhpMTU1MzZlNDpwYXRobDQ6LnBhZDU6MTU1MzZlZWQ0OmF0dHIx
        Ong2Omxlbmd0aGk3MDAwMGU0OnBhdGhsNDpkaXNjNTpjLmJpbmVlZDQ6YXR0cjE6cDY6bGVuZ3RoaTExOTIwZTQ6cGF0aGw0Oi5wYWQ1OjEx
        OTIwZWVkNjpsZW5ndGhpMTYzODRlNDpwYXRobDQ6ZGlzYzQ6ZGVlcDU6ZC5iaW5lZWQ2Omxlbmd0aGkwZTQ6cGF0aGw1OmVtcHR5ZWVkNDph
        dHRyMjp4bDY6bGVuZ3RoaTBlNDpwYXRobDQ6bGlua2UxMjpzeW1saW5rIHBhdGhsNDpkaXNjNTpjLmJpbmVlZTEyOm1ldGEgdmVyc2lvbmky
        ZTQ6bmFtZTU6YWxidW0xMjpwaWVjZSBsZW5ndGhpMTYzODRlNjpwaWVjZXMyMjA67OAw0qZ1PGEm8aM2rgmssDEkhFqB66cdEP94xud+xaZb
        iKUvqdqdqQ8M8bmDlxEgdHSEeKmGO3/8hqeDJihyQcLtwd2byf3I5sCaStJYfOGyZbKwKutB0CHH43dSkPP2qOWTdYWDUcZGMzDy926/4yBR
        6VGllWmQf9R7T+4oDR6h1Dbl2Om2iQCp0TPblsivfY+Xn0V4WCZo5a0Jf+ljLOYdWQCTS4Ki31n0UJoKGqDtsOKcTNT3HPW8YAlykoA5TVaO
        4HKMz6E9hczUt34tKaLVJ0UbaK7UnScdpGUxMjpwaWVjZSBsYXllcnNkMzI67su9GaD26/sg4UbwX65xvKfxNsFOpeadGBLn+ANpl1MxMjg6
        2b3dkRTYQWCKxA/kDWzidnYrsjmmAgPhL2Xy9W5PGt/2QuKySbi65VArC/S6kXxrpMpoCG6aUvP8yjDtYDPPjClvErToHh584ma6X3jVSPlA
        dp9xZ0nxxDVw2SvVb6vI52IDm//0gboJ4AJNNfqCQxCEy13P3OzsN4hWlSgkA+YzMjrvVimRJMMTjyQRMZnOkvyCz2jAeDw5VU/xVgPBUgnK
        ojE2MDr/5v2QN4MfgnYBUb+FNMKmYb4YlghiqkOoZ6SP+95QwxzueDQHOGqHlnQ/qsXnMkb4+jqzVc3VU72V33lPP6olgv6umUDSOicIG0yD
        6mhPEb6VnYQobuYvlzD4vpr9A20DmbUAvuVGKZ04n0xVxXw5ffQTmoxzz/olov1FhMT4mS946y63UBknNtJ2lI+ZJnEs45LJ6/qCiZ9SGhoF
        SlfpZWU=
        """)

    /// One file of 81,921 bytes, six pieces of 16 KiB; v2.
    static let threeV2 = decode(
        """
        ZDg6YW5ub3VuY2UzMDpodHRwOi8vMTI3LjAuMC4xOjY5NjkvYW5ub3VuY2U3OmNvbW1lbnQxNDptYWRlIGZvciB0ZXN0czEwOmNyZWF0ZWQg
        YnkxNjpsaWJ0b3JyZW50IDIuMC44MTM6Y3JlYXRpb24gZGF0ZWkxNzAwMDAwMDAwZTQ6aW5mb2Q5OmZpbGUgdHJlZWQ5OnRocmVlLmJpbmQw
        OmQ2Omxlbmd0aGk4MTkyMWUxMTpwaWVjZXMgcm9vdDMyOupZFxIMSd7Ysr6bGYdSAOiNk5YKAvcrMuzWrZoON/H/ZWVlMTI6bWV0YSB2ZXJz
        aW9uaTJlNDpuYW1lOTp0aHJlZS5iaW4xMjpwaWVjZSBsZW5ndGhpMTYzODRlZTEyOnBpZWNlIGxheWVyc2QzMjrqWRcSDEne2LK+mxmHUgDo
        jZOWCgL3KzLs1q2aDjfx/zE5MjrW6r3mRV5Pb/QImz3xQGNjzZTIpnNVRuQd5+9RgzBZA2riOX15Mim7HITRCMNuxAHkIXN4WALbJhqrV0ro
        0ZEpUScAgdIVjTz5S1crtGyfbEQtH7npAMSb8A/GXJrgZ/bURVNw4jyIDKAx7zXTFr6C9EF73yFwgzJQzFXgC/0lKLqeNnYp7Dt4RQkxoz7W
        bZhFGOeYu+Pu79MkttlFkHhMLXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIFlZQ==
        """)

    /// The same file in pieces of 32 KiB; v2.
    static let threeV2Wide = decode(
        """
        ZDg6YW5ub3VuY2UzMDpodHRwOi8vMTI3LjAuMC4xOjY5NjkvYW5ub3VuY2U3OmNvbW1lbnQxNDptYWRlIGZvciB0ZXN0czEwOmNyZWF0ZWQg
        YnkxNjpsaWJ0b3JyZW50IDIuMC44MTM6Y3JlYXRpb24gZGF0ZWkxNzAwMDAwMDAwZTQ6aW5mb2Q5OmZpbGUgdHJlZWQ5OnRocmVlLmJpbmQw
        OmQ2Omxlbmd0aGk4MTkyMWUxMTpwaWVjZXMgcm9vdDMyOupZFxIMSd7Ysr6bGYdSAOiNk5YKAvcrMuzWrZoON/H/ZWVlMTI6bWV0YSB2ZXJz
        aW9uaTJlNDpuYW1lOTp0aHJlZS5iaW4xMjpwaWVjZSBsZW5ndGhpMzI3NjhlZTEyOnBpZWNlIGxheWVyc2QzMjrqWRcSDEne2LK+mxmHUgDo
        jZOWCgL3KzLs1q2aDjfx/zk2OsKx4fr1WGTPecmKvOZHHwcB77Y+hj0iSYz4aeBge4FiLFF84LVyWF0ADzTAP4j8ezXn8IFKFZJatSYudNVC
        WRJSZKNLXhZoy/FrKqwyQ/F8TaGmaIX7GflEJI6kaWh9RGVl
        """)

    /// The same file; v1 and v2.
    static let threeHybrid = decode(
        """
        ZDg6YW5ub3VuY2UzMDpodHRwOi8vMTI3LjAuMC4xOjY5NjkvYW5ub3VuY2U3OmNvbW1lbnQxNDptYWRlIGZvciB0ZXN0czEwOmNyZWF0ZWQg
        YnkxNjpsaWJ0b3JyZW50IDIuMC44MTM6Y3JlYXRpb24gZGF0ZWkxNzAwMDAwMDAwZTQ6aW5mb2Q5OmZpbGUgdHJlZWQ5OnRocmVlLmJpbmQw
        OmQ2Omxlbmd0aGk4MTkyMWUxMTpwaWVjZXMgcm9vdDMyOupZFxIMSd7Ysr6bGYdSAOiNk5YKAvcrMuzWrZoON/H/ZWVlNjpsZW5ndGhpODE5
        MjFlMTI6bWV0YSB2ZXJzaW9uaTJlNDpuYW1lOTp0aHJlZS5iaW4xMjpwaWVjZSBsZW5ndGhpMTYzODRlNjpwaWVjZXMxMjA6KnzWU7FPXqjZ
        QACcOG7UTvlxdS2E/A4Ii0F7kzl24VU1q4N4ih6dTbZANuCSKahmC3uY60SQ5fTfZ8E4BalDTYQq40nPn/bnv0rMScbNEwHbGjefBnJNvDPb
        CJ+JjYO/P8Ul2hH2rY7FKimEq6r9fDtRZQN4XCByZTEyOnBpZWNlIGxheWVyc2QzMjrqWRcSDEne2LK+mxmHUgDojZOWCgL3KzLs1q2aDjfx
        /zE5MjrW6r3mRV5Pb/QImz3xQGNjzZTIpnNVRuQd5+9RgzBZA2riOX15Mim7HITRCMNuxAHkIXN4WALbJhqrV0ro0ZEpUScAgdIVjTz5S1cr
        tGyfbEQtH7npAMSb8A/GXJrgZ/bURVNw4jyIDKAx7zXTFr6C9EF73yFwgzJQzFXgC/0lKLqeNnYp7Dt4RQkxoz7WbZhFGOeYu+Pu79MkttlF
        kHhMLXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIFlZQ==
        """)

    /// The folder again, made by mktorrent 1.1: three trackers in two tiers, private, source, web seed.
    static let mktorrent = decode(
        """
        ZDg6YW5ub3VuY2UzMDpodHRwOi8vMTI3LjAuMC4xOjY5NjkvYW5ub3VuY2UxMzphbm5vdW5jZS1saXN0bGwzMDpodHRwOi8vMTI3LjAuMC4x
        OjY5NjkvYW5ub3VuY2UxODpodHRwOi8vYi5leGFtcGxlL2FlbDE5OnVkcDovL2MuZXhhbXBsZToxL2FlZTc6Y29tbWVudDk6YSBjb21tZW50
        MTA6Y3JlYXRlZCBieTEzOm1rdG9ycmVudCAxLjExMzpjcmVhdGlvbiBkYXRlaTE3OTUyNTIxODJlNDppbmZvZDU6ZmlsZXNsZDY6bGVuZ3Ro
        aTEwMGU0OnBhdGhsNTphLnR4dGVlZDY6bGVuZ3RoaTUwMDAwZTQ6cGF0aGw1OmIuYmluZWVkNjpsZW5ndGhpNzAwMDBlNDpwYXRobDQ6ZGlz
        YzU6Yy5iaW5lZWQ2Omxlbmd0aGkxNjM4NGU0OnBhdGhsNDpkaXNjNDpkZWVwNTpkLmJpbmVlZDY6bGVuZ3RoaTBlNDpwYXRobDU6ZW1wdHll
        ZWQ2Omxlbmd0aGk3MDAwMGU0OnBhdGhsNDpsaW5rZWVlNDpuYW1lNTphbGJ1bTEyOnBpZWNlIGxlbmd0aGkzMjc2OGU2OnBpZWNlczE0MDpx
        15Lu6YXdDxjte4x5UCx9hFj/EkIpCLG23Nk6ioX4bgo1324dHzj/PX0WF5JnlBEIVvMJNTGKH2Qy8+WUljp3lLMv0mUXY1+7K9i7zjHFuE0z
        DTr6I3BT/xWk21pZ6dLyuC0zcZByCz6yHuYU8rHXFHl7Dk3bAi9HhwC63PZbLKQ1Qvx5U10yTcTdjDc6cHJpdmF0ZWkxZTY6c291cmNlMzpT
        UkNlODp1cmwtbGlzdDIwOmh0dHA6Ly9zZWVkLmV4YW1wbGUvZQ==
        """)

    private static func decode(_ base64: String) -> [UInt8] {
        [UInt8](Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
    }
}
