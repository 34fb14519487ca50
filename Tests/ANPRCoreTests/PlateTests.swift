import Testing
@testable import ANPRCore
