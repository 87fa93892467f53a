"""People painted over, for a detector that sees one at a time."""

import numpy as np

from kinelift.body import COCO_17
from kinelift.detection import Detection
from kinelift.tracking.masked import Masks, painted_over
from kinelift.tracking.writing import WrittenDetections
from kinelift.video import Frame
from tests.tracking.people import body


def picture(points: np.ndarray, height: int = 720, width: int = 1280) -> np.ndarray:
    """Draw joints as white dots on grey."""
    image = np.full((height, width, 3), 90, np.uint8)
    for x, y in points.astype(int):
        image[max(y - 3, 0) : y + 3, max(x - 3, 0) : x + 3] = 255
    return image


def detection(points: np.ndarray) -> Detection:
    """See all of a body."""
    return Detection(points.astype(np.float32), np.ones(17, np.float32))


def test_a_body_is_gone_and_its_neighbour_and_the_picture_itself_are_not() -> None:
    one, other = body(np.array([400.0]), 400.0, 2.0)[0], body(np.array([900.0]), 400.0, 2.0)[0]
    image = np.minimum(picture(one), 255)
    image[picture(other) == 255] = 255
    before = image.copy()
    painted = painted_over(image, detection(one), COCO_17)
    assert not (painted[:, :640] == 255).any()
    np.testing.assert_array_equal(painted[:, 660:], image[:, 660:])
    np.testing.assert_array_equal(image, before)
    assert (np.abs(painted[:, :640].astype(int) - 90) <= 1).all()


def test_half_a_body_at_the_border_and_none_at_all() -> None:
    points = body(np.array([5.0]), 715.0, 2.0)[0]
    image = picture(np.clip(points, 0, (1279, 719)))
    assert (painted_over(image, detection(points), COCO_17) != image).any()
    nobody = Detection(np.full((17, 2), np.nan, np.float32), np.zeros(17, np.float32))
    assert painted_over(image, nobody, COCO_17) is image
    far = body(np.array([-5000.0]), 100.0)[0]
    assert painted_over(image, detection(far), COCO_17) is image


def test_somebody_lost_for_a_moment_stays_painted_over_and_for_long_does_not() -> None:
    points = body(np.full(60, 400.0), 400.0, 2.0).astype(np.float32)
    scores = np.ones((60, 17), np.float32)
    scores[10:] = 0.0
    points[10:] = np.nan
    masks = Masks(COCO_17, 30.0, np.ones(2, np.float32))
    masks.add(WrittenDetections(points, scores, np.arange(60) / 30.0))
    image = picture(body(np.array([400.0]), 400.0, 2.0)[0])
    hidden = [not (masks.hidden(Frame(image, t / 30.0, t)).image == 255).any() for t in range(60)]
    assert hidden[:25] == [True] * 25
    assert not any(hidden[25:])


def test_masks_know_that_pictures_are_smaller_than_the_video() -> None:
    points = body(np.full(1, 800.0), 800.0, 4.0).astype(np.float32)
    masks = Masks(COCO_17, 30.0, np.full(2, 2.0, np.float32))
    masks.add(WrittenDetections(points, np.ones((1, 17), np.float32), np.zeros(1)))
    image = picture(points[0] / 2.0)
    assert not (masks.hidden(Frame(image, 0.0, 0)).image == 255).any()
