"""Answers that each exercise must accept, and answers that it must not."""
