import ANPRCore
