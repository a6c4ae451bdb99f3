// The data sets by name: their classes, their statistics (of pixels scaled to 0..1), where they are published,
// and the ways to split them.

export interface DatasetConstants {
  /** Where they have no names here; undefined, too, where the images decide. */
  readonly classes?: number;
  /** By label. */
  readonly class_names?: readonly string[];
  /** One value a channel. */
  readonly mean: readonly number[];
  /** One value a channel. */
  readonly std: readonly number[];
}

const DIGITS = '0 1 2 3 4 5 6 7 8 9'.split(' ');

const CIFAR10 = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');

const CIFAR100 = (
  'apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly ' +
  'camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile ' +
  'cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp ' +
  'lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree ' +
  'orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum ' +
  'rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider ' +
  'squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train ' +
  'trout tulip turtle wardrobe whale willow_tree wolf woman worm'
).split(' ');

const FASHION = 'T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot'.split(
  ',',
);

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** The data sets that a config can name. */
export const DATASETS = {
  // Over the 60,000 training images: 0.13066 and 0.30811; these digits are the customary ones.
  mnist: { class_names: DIGITS, mean: [0.1307], std: [0.3081] },
  // This and those of CIFAR-100 and SVHN: the customary figures of their own training images.
  fashion: { class_names: FASHION, mean: [0.286], std: [0.353] },
  // As in the original.
  cifar10: {
    class_names: CIFAR10,
    mean: [0.49139968, 0.48215827, 0.44653124],
    std: [0.24703233, 0.24348505, 0.26158768],
  },
  cifar100: {
    class_names: CIFAR100,
    mean: [0.5071, 0.4865, 0.4409],
    std: [0.2673, 0.2564, 0.2762],
  },
  svhn: {
    class_names: DIGITS,
    mean: [0.4377, 0.4438, 0.4728],
    std: [0.198, 0.201, 0.197],
  },
  // As in the original: its images become numbers of -1 to 1.
  norb: {
    class_names: ['animal', 'human', 'airplane', 'truck', 'car'],
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
  },
  imagenet: { classes: 1000, ...IMAGENET },
  folder: IMAGENET,
  synthetic: { classes: 10, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
} as const satisfies Record<string, DatasetConstants>;

export type DatasetName = keyof typeof DATASETS;

/** A file of a data set, as it is published. */
export interface PublishedFile {
  /** Where it belongs, in the folder of the data sets; a mirror has it in the same place. */
  readonly path: string;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `lines` as sha256sum writes them, with the size before the name. */
function published(host: string, folder: string, lines: string): readonly PublishedFile[] {
  return lines.split('\n').map((line) => {
    const [sha256, bytes, name] = line.trim().split(' ') as [string, string, string];
    return { path: `${folder}${name}`, url: `${host}${name}`, bytes: Number(bytes), sha256 };
  });
}

/** What is fetched of each data set that can be; torchvision looks for it in the same places. */
export const PUBLISHED: Partial<Record<DatasetName, readonly PublishedFile[]>> = {
  fashion: published(
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    'FashionMNIST/raw/',
    `3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84 26421880 train-images-idx3-ubyte.gz
     a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845 29515 train-labels-idx1-ubyte.gz
     346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073 4422102 t10k-images-idx3-ubyte.gz
     67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5 5148 t10k-labels-idx1-ubyte.gz`,
  ),
  cifar10: published(
    'https://www.cs.toronto.edu/~kriz/',
    '',
    '6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce 170498071 cifar-10-python.tar.gz',
  ),
  cifar100: published(
    'https://www.cs.toronto.edu/~kriz/',
    '',
    '85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7 169001437 cifar-100-python.tar.gz',
  ),
  svhn: published(
    'http://ufldl.stanford.edu/housenumbers/',
    '',
    `435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8 182040794 train_32x32.mat
     cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b 64275384 test_32x32.mat`,
  ),
  norb: published(
    'https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/',
    'smallnorb/',
    `5ffd6272a07d32695ee1082a26a41a93a37aab8c28da047f8c34ed348d214873 131896188 smallnorb-5x46789x9x18x6x2x96x96-training-dat.mat.gz
     2784e542c1922060691090952b6cd6278879a216c90f81476f0f00256d42cdaa 348 smallnorb-5x46789x9x18x6x2x96x96-training-cat.mat.gz
     cf7104eed3e51174d2f65b66d1e5878b9da233b886f161b0d88f4510ba2c7474 130799817 smallnorb-5x01235x9x18x6x2x96x96-testing-dat.mat.gz
     ecaf6d5bb8c3bc5eab9cf0258f6d2198dd474e016e374836fc097f2e5ff509ff 347 smallnorb-5x01235x9x18x6x2x96x96-testing-cat.mat.gz`,
  ),
};

/** How a split chooses: at random, at random within each class, or the first ones of the file. */
export const SPLIT_METHODS = ['shuffle', 'stratified', 'file_order'] as const;

export type SplitMethod = (typeof SPLIT_METHODS)[number];

/** What to do about an image that can't be read: end the run, or leave it out and count it. */
export const ON_CORRUPT = ['stop', 'skip'] as const;

export type OnCorrupt = (typeof ON_CORRUPT)[number];

/** How JPEG files are decoded: as Pillow does, or in less time, to values that differ a little. */
export const DECODING = ['fast', 'exact'] as const;

export type Decoding = (typeof DECODING)[number];
