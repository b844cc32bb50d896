/** The notice that came along to a view. */
import { type NoticeKey, notices } from '../words/notices.ts'
import { Notice } from './notice.tsx'

export function Arrival({ notice }: { notice: NoticeKey | undefined }) {
  if (notice === undefined) return null
  const [tone, sentence] = notices[notice]
  return <Notice tone={tone}>{sentence}</Notice>
}
