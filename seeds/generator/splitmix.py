"""SplitMix64, the generator of the whole project: the same numbers on every machine and Python version."""

MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        """A whole number in 0..<bound."""
        assert bound > 0
        return (self.next() * bound) >> 64

    def between(self, low, high):
        """A whole number in low...high."""
        return low + self.below(high - low + 1)

    def chance(self, numerator, denominator):
        return self.below(denominator) < numerator

    def pick(self, values):
        return values[self.below(len(values))]

    def weighted(self, pairs):
        """One of (value, weight), weights whole."""
        at = self.below(sum(weight for _, weight in pairs))
        for value, weight in pairs:
            if at < weight:
                return value
            at -= weight
        raise AssertionError("the weights are positive")

    def shuffled(self, values):
        out = list(values)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return out
