"""The two portraits of the demo clip: where their features are, and how their faces move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

import cv2
import matplotlib.cbook
import numpy as np
import numpy.typing as npt
import skimage.data

Image = npt.NDArray[np.uint8]
Point = tuple[float, float]


@dataclass(frozen=True)
class Pose:
    """How far features are from where the portrait has them, in distances between the pupils."""

    corners_up: float = 0.0
    corners_out: float = 0.0
    lip_up: float = 0.0  # the upper lip
    jaw_down: float = 0.0  # the lower lip, the chin after it
    brows_in_up: float = 0.0
    brows_out_up: float = 0.0
    brows_together: float = 0.0
    lids_up: float = 0.0
    squint: float = 0.0  # the lower lids
    teeth: float = 0.0  # how far the upper teeth show below the lip
    smooth: float = 0.0  # 0..1, how much of the portrait's creases is gone
    dark: float = 0.0  # 0..1, how much of the mouth's drawn inside covers the picture's own


@dataclass(frozen=True)
class Portrait:
    """A picture, its landmarks in its own pixels, its poses and what the clip shows of it."""

    caption: str
    picture: Image
    centre: Point
    scale: float  # clip pixels for one of the picture's
    landmarks: Mapping[str, Point]
    still: tuple[Point, ...]  # what no expression moves
    creases: tuple[tuple[Point, ...], ...]  # lines that the portrait's own expression leaves in the face
    poses: Mapping[str, Pose]
    moments: tuple[tuple[float, str], ...]  # from second, expression
    blinks: tuple[float, ...]
    sway: float = 0.0  # turns of phase, so that two portraits don't move in step

    @property
    def unit(self) -> float:
        """The distance between the pupils in the picture's pixels."""
        left, right = self.landmarks["lid_l_top"], self.landmarks["lid_r_top"]
        return float(np.hypot(right[0] - left[0], right[1] - left[1]))

    def cut(self, left: int, top: int, right: int, bottom: int) -> "Portrait":
        """Return the same portrait cut to a box in its pixels."""
        return replace(
            self,
            picture=self.picture[top:bottom, left:right],
            centre=(self.centre[0] - left, self.centre[1] - top),
            landmarks={name: (x - left, y - top) for name, (x, y) in self.landmarks.items()},
            still=tuple((x - left, y - top) for x, y in self.still),
            creases=tuple(tuple((x - left, y - top) for x, y in line) for line in self.creases),
        )


# Tables that a formatter would spread over a page.
# fmt: off
def eileen_collins() -> Portrait:
    """Return NASA's portrait of her, which scikit-image carries; her smile in it is her own."""
    astronaut = cast(Callable[[], Image], skimage.data.astronaut)
    return Portrait(
        caption="Eileen Collins · NASA",
        picture=np.ascontiguousarray(astronaut()[..., ::-1]),
        centre=(223, 124),
        scale=1.64,
        landmarks={
            "mouth_l": (203, 140), "mouth_r": (247, 139),
            "lip_top_l": (212, 139.5), "lip_top_c": (223, 139.8), "lip_top_r": (235, 139.8),
            "inner_top_ll": (206.5, 141), "inner_top_l": (211, 142.6), "inner_top_c": (223, 143.8),
            "inner_top_r": (236, 143.2), "inner_top_rr": (242, 140.8),
            "inner_bottom_ll": (206.5, 143.9), "inner_bottom_l": (212, 147.6), "inner_bottom_c": (223, 149.9),
            "inner_bottom_r": (234, 148.4), "inner_bottom_rr": (242, 144.3),
            "lip_bottom_l": (213, 153.3), "lip_bottom_c": (223, 155.6), "lip_bottom_r": (234, 153.6),
            "chin": (224, 177), "jaw_l": (207, 171), "jaw_r": (242, 171),
            "jaw_side_l": (193, 157), "jaw_side_r": (259, 156),
            "fold_l": (197, 136), "fold_r": (250, 137), "cheek_l": (194, 120), "cheek_r": (256, 121),
            "brow_l_out": (190, 90.5), "brow_l_mid": (200, 88.6), "brow_l_in": (213, 92.5),
            "brow_r_in": (239, 93.5), "brow_r_mid": (251, 92.5), "brow_r_out": (262, 95.5),
            "lid_l_top": (202, 97.6), "lid_l_bottom": (202, 104.3),
            "lid_r_top": (247, 99.5), "lid_r_bottom": (247, 107.3),
        },
        still=(
            (192, 101.5), (213, 103.5), (236, 104.5), (259, 103.5), (223, 108),  # eyes
            (223, 128), (212, 131), (234, 131),  # nose
            (181, 120), (270, 122), (182, 140), (268, 140), (186, 176), (224, 197), (256, 180),  # face, neck
            (188, 74), (205, 77), (222, 76), (240, 78), (260, 84), (170, 110), (285, 100),  # hair
            (150, 160), (160, 200), (200, 215), (250, 215), (295, 200),  # suit
        ),
        creases=(
            ((208, 125), (202, 130), (197, 136), (198, 143)),
            ((238, 126), (243, 130), (249, 136), (249, 143)),
        ),
        poses={
            "happy": Pose(corners_up=0.03, corners_out=0.03, squint=0.02),
            "surprise": Pose(
                corners_up=-0.08, corners_out=-0.2, jaw_down=0.3, brows_in_up=0.12, brows_out_up=0.13,
                lids_up=0.055, squint=-0.03, smooth=1.0, dark=1.0,
            ),
            "sad": Pose(
                corners_up=-0.26, corners_out=-0.08, lip_up=-0.065, jaw_down=-0.11, brows_in_up=0.125,
                brows_out_up=-0.085, brows_together=0.05, lids_up=-0.055, squint=0.045, smooth=0.7, dark=1.0,
            ),
        },
        moments=((0.0, "happy"), (2.6, "surprise"), (5.6, "happy"), (8.2, "sad"), (11.6, "happy")),
        blinks=(0.7, 5.7, 8.2, 11.8),
    ).cut(105, 0, 340, 290)


def grace_hopper() -> Portrait:
    """Return the US Navy's portrait of her, which matplotlib carries."""
    with cast(BinaryIO, matplotlib.cbook.get_sample_data("grace_hopper.jpg")) as file:
        picture = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_COLOR)
    return Portrait(
        caption="Grace Hopper · US Navy",
        picture=cast(Image, picture),
        centre=(262, 266),
        scale=0.74,
        landmarks={
            "mouth_l": (227.5, 281), "mouth_r": (310, 279),
            "lip_top_l": (251, 273.5), "lip_top_c": (269, 272.5), "lip_top_r": (287, 272),
            "inner_top_ll": (237, 279.6), "inner_top_l": (249, 278.3), "inner_top_c": (269, 279),
            "inner_top_r": (289, 276.6), "inner_top_rr": (301, 276.6),
            "inner_bottom_ll": (237, 280.8), "inner_bottom_l": (249, 280.3), "inner_bottom_c": (269, 281),
            "inner_bottom_r": (289, 278.6), "inner_bottom_rr": (301, 277.8),
            "lip_bottom_l": (253, 293), "lip_bottom_c": (268.5, 295.5), "lip_bottom_r": (287, 293),
            "chin": (268, 330), "jaw_l": (225, 326), "jaw_r": (312, 322),
            "jaw_side_l": (205, 310), "jaw_side_r": (329, 303),
            "fold_l": (222, 266), "fold_r": (311, 264), "cheek_l": (210, 248), "cheek_r": (324, 246),
            "brow_l_out": (203, 165), "brow_l_mid": (220, 162), "brow_l_in": (243, 167),
            "brow_r_in": (281, 168), "brow_r_mid": (298, 160.5), "brow_r_out": (325, 160),
            "lid_l_top": (222.5, 185), "lid_l_bottom": (222.5, 196.5),
            "lid_r_top": (305, 181), "lid_r_bottom": (306, 193),
        },
        still=(
            (180, 178), (187, 177), (202, 176), (217, 176), (222, 178), (232, 178), (247, 182), (265, 187),
            (285, 180), (298, 174), (305, 173), (316, 171), (332, 171), (348, 174),  # glasses
            (190, 203), (222, 231), (250, 210), (283, 208), (310, 227), (341, 203),
            (197, 194), (246, 195), (285, 191), (327, 189),  # eyes
            (246, 246), (290, 245), (269, 238), (241, 236), (296, 236), (269, 210),  # nose
            (168, 200), (372, 200), (185, 260), (343, 258), (208, 352), (262, 405), (335, 350),  # face, neck
            (150, 330), (190, 350), (240, 380), (300, 380), (350, 345), (390, 340),  # collar
            (180, 146), (220, 134), (262, 131), (310, 133), (352, 152),  # hat
        ),
        creases=(
            ((237, 241), (231, 250), (225, 257), (220, 268), (221, 276)),
            ((296, 243), (301, 250), (307, 258), (312, 270), (310, 276)),
            ((223, 282), (226, 289), (225, 297), (220, 305)),
            ((309, 283), (310, 292), (314, 299), (318, 305)),
        ),
        poses={
            "neutral": Pose(
                corners_up=0.07, lip_up=-0.02, jaw_down=-0.03, brows_out_up=0.05, squint=0.04, smooth=0.6,
            ),
            "happy": Pose(
                corners_up=0.22, corners_out=0.08, lip_up=0.06, jaw_down=0.1, brows_in_up=0.03,
                brows_out_up=0.05, squint=0.045, teeth=0.12, smooth=0.6, dark=1.0,
            ),
            "surprise": Pose(
                corners_up=-0.08, corners_out=-0.24, jaw_down=0.4, brows_in_up=0.14, brows_out_up=0.125,
                lids_up=0.055, squint=-0.03, smooth=0.6, dark=1.0,
            ),
            "angry": Pose(
                corners_up=-0.09, corners_out=-0.1, lip_up=-0.045, jaw_down=-0.06, brows_in_up=-0.16,
                brows_out_up=0.02, brows_together=0.01, lids_up=-0.045,
            ),
        },
        moments=(
            (0.0, "neutral"), (1.4, "happy"), (4.4, "neutral"), (6.0, "surprise"), (9.0, "angry"),
            (12.6, "neutral"),
        ),
        blinks=(1.2, 5.9, 9.1, 12.8),
        sway=0.37,
    )
