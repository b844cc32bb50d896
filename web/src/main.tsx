/** Where the page starts. */
import '@fontsource-variable/inter/wght.css'
import { render } from 'preact'
import { App } from './app/app.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/guest.css'
import './styles/user.css'
import './styles/form.css'
import './styles/choice.css'
import './styles/parts.css'
import './styles/marks.css'
import './styles/rows.css'
import './styles/set-up.css'

const root = document.getElementById('app')
if (root) render(<App />, root)
