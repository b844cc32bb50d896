import { test } from 'tap'
import { distanceOf } from '../../bench/enumeration.ts'

test('the distance of two distributions is the largest difference of their shares', async t => {
  t.equal(distanceOf([1, 2, 3, 4], [1, 2, 3, 4]), 0)
  t.equal(distanceOf([1, 2], [3, 4]), 1)
  t.equal(distanceOf([1, 2, 3, 4], [3, 4, 5, 6]), 0.5)
  t.equal(distanceOf([5, 5, 5, 5], [1, 5, 5, 9]), 0.25)
})
