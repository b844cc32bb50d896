/** Tells password managers whose password a form is about; not for people. */
export function AccountName({ email }: { email: string | undefined }) {
  return <input type="text" value={email} autocomplete="username" hidden readOnly />
}
