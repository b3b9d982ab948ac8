/** A dialog over the page, with its name as a heading; Escape closes it where it may be closed. */
import { CloseButton, Modal } from "@mantine/core"
import type { ReactNode } from "react"

export function Dialog({
  open,
  title,
  onClose,
  size = "md",
  returnFocus = true,
  children,
}: {
  open: boolean
  title: string
  /** Left out: it stays until what it asks for is done. */
  onClose?: () => void
  size?: string
  /** false: whoever closes it has put the focus elsewhere. */
  returnFocus?: boolean
  children: ReactNode
}) {
  const close = onClose ?? (() => {})
  return (
    <Modal
      opened={open}
      onClose={close}
      size={size}
      withCloseButton={false}
      closeOnEscape={onClose !== undefined}
      closeOnClickOutside={onClose !== undefined}
      returnFocus={returnFocus}
      transitionProps={{ duration: 0 }}
    >
      <div className="row">
        <Modal.Title component="h2" fz="1.25rem" fw={600}>
          {title}
        </Modal.Title>
        {onClose && <CloseButton className="push" aria-label="Close" onClick={close} />}
      </div>
      {children}
    </Modal>
  )
}
