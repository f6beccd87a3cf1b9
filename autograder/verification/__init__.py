"""The grader graded: right answers that must get full marks, wrong ones that must not."""
