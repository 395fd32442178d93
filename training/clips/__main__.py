"""python -m training.clips --out FOLDER --work FOLDER: train the built-in film model, or go on training it."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.clips import dit, report, store, text, vae
from training.clips.export import export

STAGES = ("clips", "vae", "latents", "text", "dit", "export", "score")
# How the training time is shared.
SHARES = {"vae": 0.28, "text": 0.04, "dit": 0.68}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.clips", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="where the pipeline goes")
    parser.add_argument("--work", type=Path, required=True, help="clips and checkpoints")
    parser.add_argument("--minutes", type=float, default=80, help="for all training together")
    parser.add_argument("--clips", type=int, default=7000, help="size of the training set")
    parser.add_argument("--score-captions", type=int, default=60, help="per row of the score")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    return parser.parse_args()


def main() -> None:
    """Run the chosen stages; a finished or half-finished stage goes on where it was."""
    chosen = arguments()
    torch.set_num_threads(chosen.threads)
    stages, work = set(chosen.stages), chosen.work
    if "clips" in stages:
        store.render(work / "clips", chosen.clips)
    if "vae" in stages:
        vae.train(store.load(work / "clips"), work, chosen.minutes * SHARES["vae"])
    if "latents" in stages:
        vae.latents(vae.trained(work), store.load(work / "clips"), work)
    if "text" in stages:
        text.train(work, chosen.minutes * SHARES["text"])
    if "dit" in stages:
        films(work, chosen.minutes * SHARES["dit"])
    if "export" in stages:
        tokens, encoder = text.train(work, 0)
        autoencoder = vae.trained(work)
        vae.scaled(autoencoder, work)
        export(tokens, encoder, dit.averaged(work), autoencoder, chosen.out)
    if "score" in stages:
        report.write(chosen.out, chosen.score_captions)


def films(work: Path, minutes: float) -> None:
    """The transformer's training, on what the autoencoder and the text encoder made of the clips."""
    tokens, encoder = text.train(work, 0)
    captions = store.load(work / "clips").captions
    latents = vae.scaled(vae.trained(work), work)
    words = text.told(encoder, tokens, ["", *captions[: len(latents)]])
    dit.train(latents, words[1:], words[:1], work, minutes)


if __name__ == "__main__":
    main()
