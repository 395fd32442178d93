"""python -m training --out FOLDER --work FOLDER: train the built-in model, or go on training it."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training import autoencoder, export, flux, language, pictures, report

STAGES = ("pictures", "language", "autoencoder", "decoder", "flux", "export", "score")
# How the training time is shared; the transformer is what never has enough of it.
SHARES = {"language": 0.09, "autoencoder": 0.15, "decoder": 0.05, "flux": 0.71}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="where the pipeline goes")
    parser.add_argument("--work", type=Path, required=True, help="pictures and checkpoints")
    parser.add_argument("--minutes", type=float, default=100, help="for all training together")
    parser.add_argument("--pictures", type=int, default=45_000, help="size of the training set")
    parser.add_argument("--score-captions", type=int, default=120, help="per kind of caption")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    return parser.parse_args()


def main() -> None:
    """Run the chosen stages; a finished or half-finished stage goes on where it was."""
    chosen = arguments()
    torch.set_num_threads(chosen.threads)
    if "pictures" in chosen.stages:
        pictures.render(chosen.work / "pictures", chosen.pictures)
    if set(chosen.stages) - {"pictures", "score"}:
        train_and_export(chosen)
    if "score" in chosen.stages:
        report.write(chosen.out, chosen.score_captions)


def train_and_export(chosen: argparse.Namespace) -> None:
    """The stages that need the training set in memory."""
    minutes = {stage: chosen.minutes * share for stage, share in SHARES.items()}
    taught = language.train(chosen.work, minutes["language"])
    drawn = pictures.load(chosen.work / "pictures")
    vae = autoencoder.train(drawn, chosen.work, minutes["autoencoder"])
    latents = autoencoder.latents(vae, drawn, chosen.work)
    if "decoder" in chosen.stages:
        autoencoder.polish(vae, drawn, chosen.work, minutes["decoder"])
    if not {"flux", "export"} & set(chosen.stages):
        return
    training = flux.FluxTraining(taught)
    if "flux" in chosen.stages:
        flux.train(training, latents, drawn, chosen.work, minutes["flux"])
    if "export" in chosen.stages:
        autoencoder.put_polished(vae, chosen.work)
        export.export(training, vae, chosen.work, chosen.out)


if __name__ == "__main__":
    main()
