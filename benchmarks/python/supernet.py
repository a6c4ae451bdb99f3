# The B-DARTS and B-PC-DARTS search networks (arXiv 2009.08886, section 3) in plain PyTorch, drawn from the generator in the
# original's order, so that one seed gives the same weights here and in src/models/search_network.ts.
import torch
from torch import nn
from torch.nn import functional as F

PRIMITIVES = ('none', 'max_pool_3x3', 'avg_pool_3x3', 'skip_connect',
              'sep_conv_3x3', 'sep_conv_5x5', 'dil_conv_3x3', 'dil_conv_5x5')
LAYERS = 2
STEPS = 4
MULTIPLIER = 4
STEM_MULTIPLIER = 3


class Zero(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        return x[:, :, ::self.stride, ::self.stride].mul(0.)


class FactorizedReduce(nn.Module):
    """Halves the image with two 1x1 convolutions, on the even and on the odd pixels."""

    def __init__(self, c_in, c_out, affine=True):
        super().__init__()
        self.conv_1 = nn.Conv2d(c_in, c_out // 2, 1, stride=2, bias=False)
        self.conv_2 = nn.Conv2d(c_in, c_out // 2, 1, stride=2, bias=False)
        self.bn = nn.BatchNorm2d(c_out, affine=affine)

    def forward(self, x):
        x = F.relu(x)
        return self.bn(torch.cat([self.conv_1(x), self.conv_2(x[:, :, 1:, 1:])], 1))


def relu_conv_bn(c_in, c_out, affine=True):
    return nn.Sequential(nn.ReLU(), nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out, affine=affine))


def depthwise_separable(c, kernel_size, stride, dilation):
    padding = dilation * (kernel_size - 1) // 2
    depthwise = nn.Conv2d(c, c, kernel_size, stride, padding, dilation, groups=c, bias=False)
    return nn.ReLU(), depthwise, nn.Conv2d(c, c, 1, bias=False), nn.BatchNorm2d(c, affine=False)


def operation(primitive, c, stride):
    if primitive == 'none':
        return Zero(stride)
    if primitive == 'skip_connect':
        return nn.Identity() if stride == 1 else FactorizedReduce(c, c, affine=False)
    kernel_size = int(primitive[-1])
    if primitive.startswith('sep_conv'):
        return nn.Sequential(*depthwise_separable(c, kernel_size, stride, 1),
                             *depthwise_separable(c, kernel_size, 1, 1))
    if primitive.startswith('dil_conv'):
        return nn.Sequential(*depthwise_separable(c, kernel_size, stride, 2))
    pool = (nn.MaxPool2d(3, stride, padding=1) if primitive.startswith('max')
            else nn.AvgPool2d(3, stride, padding=1, count_include_pad=False))
    return nn.Sequential(pool, nn.BatchNorm2d(c, affine=False))


def channel_shuffle(x, groups):
    n, c, h, w = x.shape
    return x.view(n, groups, c // groups, h, w).transpose(1, 2).contiguous().view(n, c, h, w)


class MixedOp(nn.Module):
    """One channel in k goes through the operations."""

    def __init__(self, c, stride, k):
        super().__init__()
        self.k = k
        self.ops = nn.ModuleList(operation(primitive, c // k, stride) for primitive in PRIMITIVES)
        self.pass_by = nn.MaxPool2d(2, 2) if stride == 2 else nn.Identity()

    def forward(self, x, weights):
        if self.k == 1:
            return self.mixed(x, weights)
        width = x.shape[1] // self.k
        mixed = self.mixed(x[:, :width], weights)
        return channel_shuffle(torch.cat([mixed, self.pass_by(x[:, width:])], 1), self.k)

    def mixed(self, x, weights):
        return sum(w * op(x) for w, op in zip(weights, self.ops))


class Cell(nn.Module):
    def __init__(self, c_prev_prev, c_prev, c, reduction, reduction_prev, k):
        super().__init__()
        reduce = FactorizedReduce if reduction_prev else relu_conv_bn
        self.preprocess0 = reduce(c_prev_prev, c, affine=False)
        self.preprocess1 = relu_conv_bn(c_prev, c, affine=False)
        self.edges = nn.ModuleList(MixedOp(c, 2 if reduction and source < 2 else 1, k)
                                   for node in range(STEPS) for source in range(node + 2))

    def forward(self, s0, s1, weights, edge_weights=None):
        states = [self.preprocess0(s0), self.preprocess1(s1)]
        first = 0
        for _ in range(STEPS):
            terms = [self.edges[first + i](state, weights[first + i]) for i, state in enumerate(states)]
            if edge_weights is not None:
                terms = [edge_weights[first + i] * term for i, term in enumerate(terms)]
            first += len(states)
            states.append(sum(terms))
        return torch.cat(states[-MULTIPLIER:], 1)


class SearchNetwork(nn.Module):
    """Logits [N, num_classes] of images [N, 3, H, W]; H and W must be divisible by 4."""

    def __init__(self, c=16, num_classes=10, en_layers=1, k=1, betas=False):
        super().__init__()
        width = STEM_MULTIPLIER * c
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))
        self.cells, self.enhancements, self.embeddings = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        self.gap_taps, self.en_taps = nn.ModuleList(), nn.ModuleList()
        c_prev_prev, c_prev, gap_width = width, width, 0
        for i in range(LAYERS):
            gap = c if i == 0 else c_prev // MULTIPLIER
            self.add_tap(self.gap_taps, relu_conv_bn(c_prev, gap), [tap[0][1].out_channels for tap in self.gap_taps])
            gap_width += gap
            c *= 2
            self.cells.append(Cell(c_prev_prev, c_prev, c, True, i > 0, k))
            c_prev_prev, c_prev = c_prev, MULTIPLIER * c
            en = c_prev if i == LAYERS - 1 else c
            self.add_tap(self.en_taps, relu_conv_bn(c_prev, en), [tap[0][1].out_channels for tap in self.en_taps])
        for tap in self.gap_taps:
            tap.append(FactorizedReduce(tap[0][1].out_channels, tap[0][1].out_channels))
        c_prev_prev = self.en_taps[0][0][1].out_channels
        for i in range(en_layers):
            self.enhancements.append(Cell(c_prev_prev, c_prev, c, False, False, k))
            c_prev_prev, c_prev = MULTIPLIER * c, MULTIPLIER * c
            self.embeddings.append(relu_conv_bn(c_prev, c_prev if i == en_layers - 1 else c))
        self.classifier = nn.Linear(gap_width + (en_layers - 1) * c + MULTIPLIER * c, num_classes)
        edges = STEPS * (STEPS + 3) // 2
        self.alphas_normal = nn.Parameter(1e-3 * torch.randn(edges, len(PRIMITIVES)))
        self.alphas_reduce = nn.Parameter(1e-3 * torch.randn(edges, len(PRIMITIVES)))
        self.betas_normal = nn.Parameter(1e-3 * torch.randn(edges)) if betas else None
        self.betas_reduce = nn.Parameter(1e-3 * torch.randn(edges)) if betas else None

    @staticmethod
    def add_tap(taps, first, older_widths):
        """A tap starts with its 1x1; each older one is halved once more, to stay at the newest one's resolution."""
        for tap, width in zip(taps, older_widths):
            tap.append(FactorizedReduce(width, width))
        taps.append(nn.Sequential(first))

    def weights(self):
        """What SGD trains: all but the architecture parameters."""
        return [p for name, p in self.named_parameters() if not name.startswith(('alphas', 'betas'))]

    def architecture(self):
        return [p for name, p in self.named_parameters() if name.startswith(('alphas', 'betas'))]

    @staticmethod
    def cell_weights(alphas, betas):
        """Of the operations, and of the edges: each node's add up to 1."""
        if betas is None:
            return F.softmax(alphas, -1), None
        nodes = betas.split([node + 2 for node in range(STEPS)])
        return F.softmax(alphas, -1), torch.cat([F.softmax(node, -1) for node in nodes])

    def forward(self, x):
        s0 = s1 = self.stem(x)
        gap, en = [], []
        normal = self.cell_weights(self.alphas_normal, self.betas_normal)
        for cell, gap_tap, en_tap in zip(self.cells, self.gap_taps, self.en_taps):
            gap.append(gap_tap(s1))
            s0, s1 = s1, cell(s0, s1, *normal)
            en.append(en_tap(s1))
        raw, (s0, s1) = s1, en
        reduce = self.cell_weights(self.alphas_reduce, self.betas_reduce)
        for i, (cell, embedding) in enumerate(zip(self.enhancements, self.embeddings)):
            out = cell(s0, s1, *reduce)
            gap.append(embedding(out))
            s0, s1 = (raw if i == 0 else s1), out
        pooled = F.adaptive_avg_pool2d(torch.cat(gap, 1), 1)
        return self.classifier(pooled.flatten(1))
