extension EngineConfiguration {
    /// A configuration as large as this is not one.
    private static let bytesMax = 1 << 20

    /// Reads a JSON5 file; seeds/config/anprd.json5 holds every key. Relative paths start at the file's folder.
    ///
    /// Throws `SystemError` when the file cannot be read, `InputProblems` with everything that is wrong in it.
    package init(path: String) throws {
        let read = try Self.read(path: path)
        guard read.problems.isEmpty else { throw read.problems }
        self = read.configuration
    }

    init(file: String, bytes: UnsafeRawBufferPointer) throws(InputProblems) {
        let read = try Self.read(file: file, bytes: bytes)
        guard read.problems.isEmpty else { throw read.problems }
        self = read.configuration
    }

    /// What could be read of a file, and what is wrong with it; throws when that is nothing at all.
    package static func read(path: String) throws -> (configuration: EngineConfiguration, problems: InputProblems) {
        let file = try FileBytes(path: path)
        guard file.bytes.count <= bytesMax else {
            throw InputProblems(file: path, "larger than \(bytesMax) bytes; this is no configuration")
        }
        return try read(file: path, bytes: file.bytes)
    }

    private static func read(
        file: String, bytes: UnsafeRawBufferPointer
    ) throws(InputProblems) -> (configuration: EngineConfiguration, problems: InputProblems) {
        let value: JSON5Value
        do { value = try JSON5Value(file: file, bytes: bytes) } catch { throw InputProblems(error) }
        guard case .object(let members) = value.kind else {
            throw InputProblems(
                file: file, line: value.line, "a configuration is an object: { ... }; found \(value.kindName)")
        }
        let problems = ConfigurationProblems(file: file)
        let top = ConfigurationObject(path: "", line: value.line, members: members, problems: problems)
        var configuration = EngineConfiguration()
        configuration.directory = problems.directory
        configuration.read(top)
        top.finish()
        return (configuration, problems.found)
    }

    private mutating func read(_ top: ConfigurationObject) {
        if let inner = top.object("listen") { listen.read(inner) }
        top.choice(
            "authentication", ["required": Authentication.required, "none-lab-only": .noneLabOnly],
            into: &authentication)
        top.choice("clock", ["wall": ClockSource.wall, "frames": .frames], into: &clock)
        top.require("cameras", "the path of the camera register")
        top.path("cameras", into: &camerasPath)
        readKeys(top)
        if let inner = top.object("sections") { readSections(inner) }
        readBlacklists(top)
        top.duration("suppression", 0...(.day), into: &suppressionNs)
        top.duration("capture_age_max", .second...(3660 * .day), into: &captureAgeMaxNs)
        top.duration("capture_ahead_max", 0...(.day), into: &captureAheadMaxNs)
        top.duration("clock_offset_max", .millisecond...(.day), into: &clockOffsetMaxNs)
        top.integer("shards", 0...64, into: &shards)
        top.powerOfTwo("ring_reads", 1024...(1 << 24), into: &ringReads)
        if let inner = top.object("journal") { journal.read(inner) }
        if let inner = top.object("quota") { quota.read(inner) }
        if let inner = top.object("output") { output.read(inner) }
        if let inner = top.object("plugins") { readPlugins(inner) }
    }

    private mutating func readKeys(_ top: ConfigurationObject) {
        guard let inner = top.object("keys") else {
            if authentication == .required {
                top.require(
                    "keys", "frames must be authenticated; or, in a laboratory, authentication: \"none-lab-only\"")
            }
            return
        }
        var file = ""
        var master = ""
        inner.path("file", into: &file)
        inner.path("master", into: &master)
        inner.finish()
        switch (file.isEmpty, master.isEmpty) {
        case (false, true): keys = .file(path: file)
        case (true, false): keys = .master(path: master)
        default: top.complain(of: "keys", "must have one of 'file' and 'master'")
        }
    }

    private mutating func readSections(_ inner: ConfigurationObject) {
        inner.require("file", "the path of the section register; leave 'sections' out to have none")
        inner.path("file", into: &sectionsPath)
        sections.read(inner)
    }

    private mutating func readBlacklists(_ top: ConfigurationObject) {
        var names: Set<String> = []
        for inner in top.objects("blacklists") {
            var list = BlacklistConfiguration(name: "", path: "")
            inner.require("name", "what the list is called in hits")
            inner.require("file", "the path of the list")
            inner.text("name", into: &list.name)
            inner.path("file", into: &list.path)
            inner.parsed(
                "tolerance", "one of " + Tolerance.names.map { "\"\($0)\"" }.joined(separator: ", "),
                into: &list.tolerance, Tolerance.init(name:))
            inner.text("default_case", into: &list.defaultCase)
            inner.finish()
            if !names.insert(list.name).inserted {
                inner.complain(of: "name", "'\(list.name)' is another list's already")
            }
            blacklists.append(list)
        }
    }

    private mutating func readPlugins(_ inner: ConfigurationObject) {
        for (name, object) in inner.namedObjects() {
            var plugin = PluginConfiguration(name: name)
            object.powerOfTwo("backlog", 1024...(1 << 24), into: &plugin.backlog)
            plugin.options = object.texts()
            plugins.append(plugin)
        }
        inner.finish()
    }
}

extension ListenConfiguration {
    fileprivate mutating func read(_ object: ConfigurationObject) {
        object.parsed("address", "an IPv4 address, such as \"127.0.0.1\"", into: &address, IPv4.parse)
        var number = Int(port)
        object.integer("port", 0...65535, into: &number)
        port = UInt16(number)
        object.integer("receivers", 0...64, into: &receivers)
        object.size("receive_buffer", (64 << 10)...(1 << 30), into: &receiveBufferBytes)
        object.finish()
    }
}

extension SectionConfiguration {
    fileprivate mutating func read(_ object: ConfigurationObject) {
        object.duration("lateness", 0...(.hour), into: &latenessNs)
        object.duration("crossing", 0...(60 * .second), into: &crossingNs)
        object.duration("passage_max", (60 * .second)...(.day), into: &passageMaxNs)
        object.integer("speed_min_kmh", 1...100, into: &speedMinKmh)
        object.integer("speed_max_kmh", 100...1000, into: &speedMaxKmh)
        if let inner = object.object("tolerance") {
            inner.integer("kmh", 0...50, into: &toleranceKmh)
            inner.integer("percent", 0...50, into: &tolerancePercent)
            inner.integer("percent_above_kmh", 0...500, into: &toleranceFromKmh)
            inner.finish()
        }
        object.integer("pending_reads", 1024...(1 << 26), into: &pendingReads)
        object.integer("open_passages", 1024...(1 << 26), into: &openPassages)
        object.finish()
    }
}

extension JournalConfiguration {
    fileprivate mutating func read(_ object: ConfigurationObject) {
        object.require("directory", "the folder to keep everything in; leave 'journal' out to keep nothing")
        object.path("directory", into: &directory)
        let unit = JournalOptions().bufferBytes
        object.size("segment", unit...(4 << 30), into: &segmentBytes)
        if segmentBytes % unit != 0 {
            object.complain(of: "segment", "must be a multiple of \(Quantity.sizeText(unit))")
        }
        object.duration("interval", .millisecond...(.second), into: &intervalNs)
        object.duration("checkpoint", .second...(.hour), into: &checkpointNs)
        object.duration("retention", .day...(3660 * .day), into: &retentionNs)
        object.finish()
    }
}

extension QuotaConfiguration {
    fileprivate mutating func read(_ object: ConfigurationObject) {
        object.integer("camera", 0...100_000_000, into: &cameraFrames)
        object.integer("source", 0...100_000_000, into: &sourceFrames)
        object.finish()
    }
}

extension OutputConfiguration {
    fileprivate mutating func read(_ object: ConfigurationObject) {
        object.path("directory", into: &directory)
        object.truth("hits", into: &hits)
        object.truth("records", into: &records)
        object.truth("repeats", into: &repeats)
        object.finish()
    }
}
