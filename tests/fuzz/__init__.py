"""Fuzzing by coverage: what each target does with bytes, a driver for atheris, and a small corpus that is replayed."""

from __future__ import annotations
