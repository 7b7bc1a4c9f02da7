"""Telling of a run, by e-mail and by a webhook: a message that cannot be sent is kept, and tried again next time."""
