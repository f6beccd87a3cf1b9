"""Starts a thread when it is imported: what has imported it must not be forked."""

from __future__ import annotations

import threading

threading.Thread(target=threading.Event().wait, daemon=True).start()
