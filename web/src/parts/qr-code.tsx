/** A QR code as SVG elements, drawn here: what it says goes nowhere else. */
import { useEffect, useState } from 'preact/hooks'

interface QrCodeProps {
  text: string
  label: string
}

interface Drawing {
  readonly size: number
  readonly path: string
}

/** Always dark on light. Its encoder is loaded when it is needed, which is seldom. */
export function QrCode({ text, label }: QrCodeProps) {
  const [drawing, setDrawing] = useState<Drawing>()
  useEffect(() => {
    // Without its picture the secret can still be typed.
    draw(text).then(setDrawing, console.error)
  }, [text])
  const { size, path } = drawing ?? { size: 1, path: '' }
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  )
}

/** Around it, the quiet zone of four modules that ISO/IEC 18004 asks for. */
async function draw(text: string): Promise<Drawing> {
  const { encode } = await import('uqr')
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const modules = data.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))
  )
  return { size, path: modules.join('') }
}
