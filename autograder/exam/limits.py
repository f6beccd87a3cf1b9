"""What one submission may use. A limit that is reached ends that notebook and touches no other."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.sandbox import Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on a submission, each with its unit."""

    notebook_bytes: int = 50_000_000
    """Of the ``.ipynb`` file, outputs included."""
    files_bytes: int = 100_000_000
    """Of the other files of an assignment, together."""
    files: int = 1_000
    cells: int = 1_000
    cell_seconds: float = 600
    """Wall time of one cell of the student's."""
    notebook_seconds: float = 3_600
    """Wall time of all cells together."""
    call_seconds: float = 10
    """Wall time of one call of a function of the student's."""
    crossing_seconds: float = 120
    """Wall time that handing values over may take."""
    test_seconds: float = 600
    """Wall time of one test cell."""
    output_bytes: int = 10_000_000
    """What all cells together may print or display."""
    crossing_bytes: int = 500_000_000
    """Of the values that one test cell asks for: all 70,000 images of MNIST as float64 are 439 MB."""
    memory_bytes: int = 4_000_000_000
    """Of all processes of the notebook together, with what it writes to its disk, which is in memory."""
    cpu_seconds: float = 14_400
    """Processor time of all processes of the notebook: as much as four processors give in an hour."""
    processes: int = 128
    file_bytes: int = 1_000_000_000
    """Of one file that the notebook writes."""
    disk_bytes: int = 1_000_000_000
    """Of all files that it writes."""
    inodes: int = 20_000
    """Files and folders that it makes."""
    examiner_memory_bytes: int = 8_000_000_000
    """Of the process that runs test cells."""
    training_seconds: float = 1_800
    """Wall time of all trainings of a notebook together that the grader carries out in its place."""
    training_work: float = 1e13
    """Epochs × images × parameters of one training: the lesson's CNN, 12 epochs of 48,000 images, comes to 7e11."""
    training_memory_bytes: int = 8_000_000_000
    """Of the process that trains."""
    layers: int = 128
    parameters: int = 50_000_000
    """Of one model."""
    activations: int = 1_000_000
    """Numbers that one layer may give for one image."""

    @property
    def student(self) -> Bounds:
        """What the student's side may use."""
        return Bounds(
            memory_bytes=self.memory_bytes,
            cpu_seconds=self.cpu_seconds,
            processes=self.processes,
            file_bytes=self.file_bytes,
            disk_bytes=self.disk_bytes,
            inodes=self.inodes,
        )

    @property
    def examiner(self) -> Bounds:
        """What the examiner may use: one process for a whole class, so its time is that of each test cell."""
        return Bounds(memory_bytes=self.examiner_memory_bytes, cpu_seconds=1e9)

    @property
    def trainer(self) -> Bounds:
        """What the process that carries out one training may use."""
        return Bounds(memory_bytes=self.training_memory_bytes, cpu_seconds=1e9)
