/// What the engine must find, in numbers.
package struct TruthSummary: Sendable, Equatable {
    package var frames = 0
    package var framesLost = 0
    /// Reads in all frames, and those whose frames the simulated network lost: everything below is of the others.
    package var reads = 0
    package var readsLost = 0
    package var unparseable = 0
    /// Hits by best kind, repeats included.
    package var hitsExact = 0
    package var hitsLookAlike = 0
    package var hitsPattern = 0
    /// Matched entries of all hits.
    package var sources = 0
    /// Hits within the suppression window of one before them, of the same plate, camera and best entry.
    package var repeats = 0
    /// Hits whose best entry names a country that is not the read's.
    package var countryDiffers = 0
    package var records = 0
    package var offences = 0
    /// Offences that need no human.
    package var automaticOffences = 0
    /// Records by reason for a human's look, in the order of `ReviewReasons.names`.
    package var reviews = [Int](repeating: 0, count: ReviewReasons.names.count)
    /// Reads of plates that plugins watch, while they do.
    package var watchedReads = 0
    /// Section passages on the road, counted from the journeys; nil when nobody counted. Without noise it equals
    /// `records`.
    package var passages: Int?

    package init() {}

    package var hits: Int { hitsExact + hitsLookAlike + hitsPattern }

    /// Names and counts, in the order in which a report shows them.
    package var rows: [(name: String, count: Int)] {
        var rows: [(name: String, count: Int)] = [
            ("frames", frames), ("frames_lost", framesLost), ("reads", reads), ("reads_lost", readsLost),
            ("unparseable", unparseable), ("hits", hits), ("hits_exact", hitsExact),
            ("hits_look_alike", hitsLookAlike), ("hits_pattern", hitsPattern), ("hit_sources", sources),
            ("hit_repeats", repeats), ("hit_country_differs", countryDiffers), ("watched_reads", watchedReads),
            ("records", records), ("offences", offences), ("offences_automatic", automaticOffences),
        ]
        for (name, count) in zip(ReviewReasons.names, reviews) { rows.append(("review_" + name, count)) }
        if let passages { rows.append(("passages", passages)) }
        return rows
    }
}
