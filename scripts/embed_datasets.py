"""Make the sample that the package carries from the full, published data sets.

    python scripts/embed_datasets.py ORIGINALS           write autograder/datasets/embedded/
    python scripts/embed_datasets.py ORIGINALS --check   only say whether it is what would be written

ORIGINALS holds ``mnist/`` and ``fashion-mnist/`` with their four IDX files each, gzipped or not. They are
checked against the published checksums first. Kept: all test images, and the first 10,000 training images.
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
from pathlib import Path

from autograder.datasets import DatasetError, Place, Source, contents, idx
from autograder.datasets.originals import FULL, ORIGINALS, SAMPLE, Original
from autograder.datasets.sources import EMBEDDED


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if the sample is what it should be now, 1 if it is not, 2 if the originals cannot be used."""
    parser = argparse.ArgumentParser(description="Make the embedded sample of MNIST and Fashion-MNIST.")
    parser.add_argument("originals", type=Path, help="directory with mnist/ and fashion-mnist/")
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    parser.add_argument("--into", type=Path, default=EMBEDDED, help="default: %(default)s")
    options = parser.parse_args(arguments)
    sound, total = True, 0
    for original in ORIGINALS:
        folder = original.folders[0]
        try:
            payloads = sample(original, options.originals / folder)
        except DatasetError as error:
            print(error, file=sys.stderr)
            return 2
        for name, payload in payloads.items():
            path = options.into / folder / f"{name}.gz"
            if holds(path, payload):
                state = "unchanged"
            elif options.check:
                state, sound = "differs", False
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(compressed(payload))
                state = "written"
            size = path.stat().st_size if path.exists() else 0
            total += size
            print(f"{folder}/{path.name}: {size:,} bytes, {state}")
    print(f"{total:,} bytes in all")
    return 0 if sound else 1


def sample(original: Original, folder: Path) -> dict[str, bytes]:
    """The uncompressed IDX files to embed, by file name; DatasetError if the originals are not sound."""
    place = Place(name=original.name, source=Source.DIRECTORY, path=str(folder), missing=())
    arrays = contents.read(original, place)
    if len(arrays.x_train) != FULL:
        raise DatasetError(
            str(folder),
            f"all {FULL:,} training images",
            f"{len(arrays.x_train):,}",
            "Give the full set, not a sample of it.",
        )
    kept = {part.key: getattr(arrays, part.key) for part in original.parts}
    kept |= {key: kept[key][:SAMPLE] for key in ("x_train", "y_train")}
    for part in original.parts:
        contents.verify(kept[part.key], part)
    return {part.file: idx.encode(kept[part.key]) for part in original.parts}


def compressed(payload: bytes) -> bytes:
    """``payload`` as gzip with nothing in it that changes from run to run: no time, no name."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(payload)
    return buffer.getvalue()


def holds(path: Path, payload: bytes) -> bool:
    """Whether ``path`` is a gzip file without time and name that holds exactly ``payload``.

    Compressed bytes are not compared: another release of zlib packs the same data differently.
    """
    try:
        data = path.read_bytes()
        # RFC 1952: flags at byte 3 (none set: no name), time of modification in bytes 4 to 7.
        return data[3:8] == bytes(5) and gzip.decompress(data) == payload
    except (OSError, EOFError):
        return False


if __name__ == "__main__":
    sys.exit(main())
