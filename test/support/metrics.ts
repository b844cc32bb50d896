/** Scrapes the metrics of a service under test and looks single series up. */
import type { Service } from './service.ts'

export interface Scrape {
  readonly contentType: string | null
  readonly text: string
  /** The value of a series, 0 where there is none: labels by their names, in any order. */
  value(name: string, labels?: Readonly<Record<string, string>>): number
}

/** The service must run with METRICS_PORT=0: it logs which port it took. */
export async function scrape(service: Service): Promise<Scrape> {
  const answer = await fetch(`${metricsUrl(service)}/metrics`)
  const text = await answer.text()
  return {
    contentType: answer.headers.get('content-type'),
    text,
    value: (name, labels = {}) => lookUp(text, name, labels)
  }
}

export function metricsUrl({ logs }: Service): string {
  const line = logs.find(entry => entry.includes('metrics are served'))
  return `http://127.0.0.1:${JSON.parse(line ?? '{}').port}`
}

function lookUp(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  const line = text.split('\n').find(candidate => {
    const [, series, found = ''] = /^(\w+)(?:\{(.*)\})? /.exec(candidate) ?? []
    return series === name && wanted.every(label => found.split(',').includes(label))
  })
  return Number(line?.slice(line.lastIndexOf(' ')) ?? 0)
}
