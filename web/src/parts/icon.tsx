/** Line drawings, 24 by 24, in the colour of the text. */
const drawings = {
  home: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10.5 19v-5h3v5',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  shield: 'M12 3.5 19 6v5.5c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6zM9 12l2.2 2.2L15.2 10',
  devices: 'M4 6h16v10H4zM2.5 19.5h19M12 16v3.5',
  code: 'M8.5 8 4.5 12l4 4M15.5 8l4 4-4 4M13.5 5.5l-3 13',
  leave: 'M14 5H6v14h8M10.5 12H20M16.5 8.5 20 12l-3.5 3.5',
  check: 'M5 12.5 10 17.5 19.5 7.5',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v5.5M12 7.5v.2',
  mail: 'M3.5 6h17v12h-17zM4 6.5l8 6.5 8-6.5',
  phone: 'M7.5 3.5h9v17h-9zM11 17.5h2',
  key: 'M8 15.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 11.5h8.5M17.5 11.5v3.5',
  eye: 'M2.5 12c2-4 5.5-6 9.5-6s7.5 2 9.5 6c-2 4-5.5 6-9.5 6s-7.5-2-9.5-6M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6',
  hidden:
    'M4 4l16 16M9.5 6.3A11 11 0 0 1 12 6c4 0 7.5 2 9.5 6a14 14 0 0 1-2.7 3.6M6.3 7.7A12.5 12.5 0 0 0 2.5 12c2 4 5.5 6 9.5 6 1.5 0 2.9-.3 4.2-.8'
} as const

export type IconName = keyof typeof drawings

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  )
}
