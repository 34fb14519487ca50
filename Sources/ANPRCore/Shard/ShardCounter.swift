/// What a shard counts; the raw value indexes its `Counters`.
package enum ShardCounter: Int, CaseIterable {
    case reads
    case hits, repeats, sources, watched
    case exactAlerts, lookAlikeAlerts, patternAlerts
    case records, offences, reviews
    case lateReads, lostExits, orphanExits, pendingReads, openPassages, evicted, duplicatesMerged, skippedReads
}
