import ANPRCore

extension Curve {
    static let all: [Curve] = [
        .cameras, .readsPerFrame, .blacklist, .blacklistLoad, .blacklistBytes, .patterns, .sections, .passages,
        .plugins, .threads,
    ]

    static let cameras = Curve(
        name: "cameras", title: "A sealed frame of 20 reads opened, by cameras that send",
        along: "cameras", cost: "ns a read"
    ) { options in
        (options.small ? [100] : [100, 1531, 10_000, 100_000]).map { cameras in
            CurveCase("from bytes to the ring", cameras) {
                let stage = IntakeStage(cameras: cameras, readsPerFrame: 20, frames: options.small ? 100 : 20_000)
                return stage.sample
            }
        }
    }

    static let readsPerFrame = Curve(
        name: "reads-per-frame", title: "A sealed frame opened, by reads in it", along: "reads a frame",
        cost: "ns a read"
    ) { options in
        (options.small ? [1] : [1, 2, 4, 8, 16, 32, 43]).map { reads in
            CurveCase("from bytes to the ring", reads) {
                let stage = IntakeStage(cameras: 1531, readsPerFrame: reads, frames: options.small ? 100 : 20_000)
                return stage.sample
            }
        }
    }

    private static func listSizes(_ options: BenchmarkOptions) -> [Int] {
        options.small ? [10_000] : [10_000, 100_000, 1_000_000, 10_000_000, 50_000_000]
    }

    static let blacklist = Curve(
        name: "blacklist", title: "A read matched, exact and look-alike in one look-up, 0.1 % hits",
        along: "entries", cost: "ns a read"
    ) { options in
        listSizes(options).map { entries in
            CurveCase("match", entries) {
                let stage = try MatchStage(entries: entries, reads: options.small ? 1 << 16 : 1 << 22)
                return { 1e9 / stage.match().perSecond }
            }
        }
    }

    static let blacklistLoad = Curve(
        name: "blacklist-load", title: "A list loaded from CSV, per entry", along: "entries", cost: "ns an entry"
    ) { options in
        listSizes(options).map { entries in
            CurveCase("load", entries) {
                let stage = try MatchStage(entries: entries, reads: 1 << 16)
                return { 1e9 / (try stage.load()).perSecond }
            }
        }
    }

    static let blacklistBytes = Curve(
        name: "blacklist-bytes", title: "Memory of a list", along: "entries", cost: "bytes an entry"
    ) { options in
        listSizes(options).map { entries in
            CurveCase("entries, table, filter, texts", entries) {
                let stage = try MatchStage(entries: entries, reads: 1 << 16)
                return { stage.bytesPerEntry }
            }
        }
    }

    static let patterns = Curve(
        name: "patterns", title: "A read matched against 100,000 plates and patterns (12?456*)", along: "patterns",
        cost: "ns a read"
    ) { options in
        (options.small ? [0, 10] : [0, 10, 100, 1000, 10_000]).map { patterns in
            CurveCase("match", patterns) { try PatternStage(patterns: patterns).sample }
        }
    }

    static let sections = Curve(
        name: "sections", title: "A read at a section, by sections; 100,000 vehicles inside", along: "sections",
        cost: "ns a read"
    ) { options in
        (options.small ? [20] : [20, 200, 2000, 20_000]).map { sections in
            CurveCase("pair and judge", sections) {
                let stage = PassageStage(sections: sections, open: options.small ? 1000 : 100_000)
                return { stage.sample(batches: options.small ? 4 : 4096) }
            }
        }
    }

    static let passages = Curve(
        name: "passages", title: "A read at one of 200 sections, by vehicles inside", along: "open passages",
        cost: "ns a read"
    ) { options in
        (options.small ? [1000] : [1000, 10_000, 100_000, 1_000_000, 10_000_000]).map { open in
            CurveCase("pair and judge", open) {
                let stage = PassageStage(sections: 200, open: open)
                return { stage.sample(batches: options.small ? 4 : 4096) }
            }
        }
    }

    static let plugins = Curve(
        name: "plugins", title: "A read through a shard, by plugins that take its hits (0.7 % of reads)",
        along: "plugins", cost: "ns a read"
    ) { options in
        (options.small ? [1] : [1, 2, 5, 10, 20]).map { plugins in
            CurveCase("match and hand out", plugins) { try PluginStage(plugins: plugins).sample }
        }
    }

    static let threads = Curve(
        name: "shards-receivers",
        title: "The work of a read, all of it in one thread, by shards and receivers that share it",
        along: "shards, or receivers", cost: "ns a read"
    ) { options in
        (options.small ? [1, 2] : [1, 2, 4, 8]).flatMap { n in
            [("shards", 1, n), ("receivers", n, 1)].map { series, receivers, shards in
                CurveCase(series, n) {
                    let stage = IntakeStage(
                        cameras: 1531, readsPerFrame: 20, receivers: receivers, shards: shards, works: true,
                        frames: options.small ? 2000 : 20_000)
                    return stage.sample
                }
            }
        }
    }
}
