"""The exercises, one file each: task, judge, hints, solution, and the answers that look right."""
