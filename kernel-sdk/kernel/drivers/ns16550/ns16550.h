/* Registers of the first serial port (National Semiconductor PC16550D data sheet, table II). */
#ifndef NS16550_H
#define NS16550_H

#define COM1 0x3f8

#define TRANSMIT_HOLDING (COM1 + 0)
#define DIVISOR_LOW      (COM1 + 0)
#define INTERRUPT_ENABLE (COM1 + 1)
#define DIVISOR_HIGH     (COM1 + 1)
#define FIFO_CONTROL     (COM1 + 2)
#define LINE_CONTROL     (COM1 + 3)
#define LINE_STATUS      (COM1 + 5)

#define LINE_CONTROL_8N1           0x03
#define LINE_CONTROL_DIVISOR       0x80
#define LINE_STATUS_TRANSMIT_EMPTY 0x20
#define FIFO_ENABLE_AND_CLEAR      0x07
#define RECEIVE_BUFFER             (COM1 + 0)
#define MODEM_CONTROL              (COM1 + 4)

#define INTERRUPT_ENABLE_RECEIVED 0x01
#define LINE_STATUS_DATA_READY    0x01
#define MODEM_CONTROL_DTR         0x01
#define MODEM_CONTROL_RTS         0x02
#define MODEM_CONTROL_OUT2        0x08

#endif
