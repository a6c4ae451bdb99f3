# Discrete Fourier transforms.
import torch

from inputs import ramp
from run import Case


def cases():
    for norm in (None, 'ortho', 'forward'):
        yield Case('fft_fft', ramp(5), norm=norm)
        yield Case('fft_ifft', ramp(4, dtype='complex64'), norm=norm)
        yield Case('fft_rfft', ramp(6), norm=norm)
        yield Case('fft_irfft', ramp(4, dtype='complex64'), norm=norm)
    yield Case('fft_fft', ramp(2, 6, dtype='float64'), 4, 1)
    yield Case('fft_fft', ramp(3, 2, dtype='complex128'), 5, 0)
    yield Case('fft_rfft', ramp(2, 3, dtype='float64'), 8)
    yield Case('fft_irfft', ramp(3, dtype='complex128'), 5)
    yield Case('fft_hfft', ramp(4, dtype='complex64'))
    yield Case('fft_ihfft', ramp(6))
    for name in 'fft_fft2 fft_ifft2 fft_fftn fft_ifftn'.split():
        yield Case(name, ramp(2, 3, dtype='complex64'))
    for name in 'fft_rfft2 fft_rfftn fft_ihfft2 fft_ihfftn'.split():
        yield Case(name, ramp(3, 4))
    for name in 'fft_irfft2 fft_irfftn fft_hfft2 fft_hfftn'.split():
        yield Case(name, ramp(3, 3, dtype='complex64'))
    yield Case('fft_fftn', ramp(2, 3, 2, dtype='complex128'), [2, 4], [0, 1])
    for name in 'fft_fftshift fft_ifftshift'.split():
        yield Case(name, ramp(5))
        yield Case(name, ramp(3, 4), [1])
    for name in 'fft_fftfreq fft_rfftfreq'.split():
        yield Case(name, 5, 0.5)
        yield Case(name, 6, dtype=torch.float64)
    window = ramp(4, low=0.25, high=1, grad=False)
    yield Case('stft', ramp(1, 12), 4, 2, None, window, return_complex=True)
    yield Case('istft', ramp(1, 3, 5, dtype='complex64'), 4, 2, None, window)
