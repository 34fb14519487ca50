import ANPRCore

/// Months as the law counts them: the same day of a later month, or that month's last day.
enum CalendarMonths {
    /// Days from 1970-01-01.
    static func day(_ day: Int, plus months: Int) -> Int {
        let date = Instant.date(days: day)
        let month = date.year * 12 + date.month - 1 + months
        let (year, index) = (month / 12, month % 12)
        let next = month + 1
        let last = Instant.days(year: next / 12, month: next % 12 + 1, day: 1) - 1
        return min(Instant.days(year: year, month: index + 1, day: date.day), last)
    }
}
