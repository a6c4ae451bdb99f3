# Golden figures of the original for any seed and size, to be checked by `npm run golden -- OUT`. By hand, with a
# Python that has numpy and the torch that torch-js is built against:
#   python __tests__/golden/tools/generate.py ORIGINAL OUT --seed 7 --batch 3 --size 20 --channels 8
# ORIGINAL is a checkout of the original's repository. About three minutes at the default sizes.
import argparse
import itertools
from pathlib import Path

import torch

from derived import genotypes
from figures import Writer
from networks import Scale, evaluation_networks, search_networks
from original import FOLDERS, Original
from passes import construction, forward_backward
from search_steps import Search, trajectory as search_trajectory
from train_steps import trajectory as train_trajectory


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument('original', type=Path, help=f'folder that holds {" and ".join(FOLDERS)}')
    parser.add_argument('out', type=Path, help='folder for the figures, made if need be')
    parser.add_argument('--seed', type=int, default=2)
    parser.add_argument('--batch', type=int, default=4)
    parser.add_argument('--size', type=int, default=16, help='a multiple of 4')
    parser.add_argument('--large-size', type=int, default=64, help='for ImageNet, a multiple of 32')
    parser.add_argument('--channels', type=int, default=4, help='a multiple of 4')
    parser.add_argument('--classes', type=int, default=10, help='at least 5')
    parser.add_argument('--epochs', type=int, default=3)
    parser.add_argument('--steps', type=int, default=2, help='of an epoch')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--only', default='', help='part of the names of the files to write')
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    clr, pc = (Original(args.original / folder) for folder in FOLDERS)
    writer = Writer(args.out, args.seed, args.only)
    scale = Scale(args.batch, args.size, args.large_size, args.channels, args.classes)
    searching = search_networks(clr, pc, scale)
    found = evaluation_networks(clr, pc, scale)
    for network in searching + found:
        construction(writer, network)
        construction(writer, network, init='legacy')
        forward_backward(writer, network)
        forward_backward(writer, network, init='legacy')
        if network.drop:
            forward_backward(writer, network, drop_path=True)

    named = {network.name: network for network in searching + found}
    searches = [
        Search('clr', clr, 'train_search_b_confidence', named['clr_search'], 'architect_confidence'),
        Search('plain', clr, 'train_search_b', named['clr_search_en2'], 'architect'),
        Search('pc', pc, 'train_search_b', named['pc_search'], 'architect'),
        Search('pc_imagenet', pc, 'train_search_imagenet_b', named['pc_imagenet_search'], None),
    ]
    dtypes = (torch.float32, torch.float64)
    for search, unrolled, dtype in itertools.product(searches, (False, True), dtypes):
        if search.architect or not unrolled:
            search_trajectory(writer, search, args.epochs, args.steps, dtype, unrolled)

    trainings = [
        ('clr_eval', clr, 'train_b', 'clr_eval_cifar10_BNASv2_CLR_v1_6_2_2'),
        ('pc_eval', pc, 'train_b', 'pc_eval_NetworkCIFAR_BNASv2_PC_cifar_v1_6_2_2'),
        ('pc_imagenet_b2', pc, 'train_imagenet_b', 'pc_eval_NetworkImageNet_b2_BNASv2_PC_image_6_2_2'),
    ]
    for name, folder, script, network in trainings:
        train_trajectory(writer, name, folder, script, named[network], args.epochs, args.steps)

    for network in searching:
        genotypes(writer, network)


if __name__ == '__main__':
    main()
