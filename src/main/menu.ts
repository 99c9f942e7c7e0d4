import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Events } from '../contract/events.ts';
import { m } from '../messages/messages.js';

/** The menu bar in a language; what concerns the page is handed to it as an event. */
export function setMenu(locale: 'en' | 'ko', command: (name: Events['menu']['command']) => void): void {
  const inLocale = { locale };
  const mac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: m.menu_file({}, inLocale),
      submenu: [
        { label: m.menu_open_folder({}, inLocale), accelerator: 'CmdOrCtrl+O', click: () => command('open-folder') },
        { label: m.menu_open_study({}, inLocale), accelerator: 'CmdOrCtrl+Shift+O', click: () => command('open-study') },
        { label: m.menu_close_study({}, inLocale), accelerator: 'CmdOrCtrl+W', click: () => command('close-study') },
        { type: 'separator' },
        { role: mac ? 'close' : 'quit', label: m.menu_quit({}, inLocale) },
      ],
    },
    {
      label: m.menu_edit({}, inLocale),
      submenu: [
        { role: 'undo', label: m.menu_undo({}, inLocale) },
        { role: 'redo', label: m.menu_redo({}, inLocale) },
        { type: 'separator' },
        { role: 'cut', label: m.menu_cut({}, inLocale) },
        { role: 'copy', label: m.menu_copy({}, inLocale) },
        { role: 'paste', label: m.menu_paste({}, inLocale) },
        { role: 'selectAll', label: m.menu_select_all({}, inLocale) },
      ],
    },
    {
      label: m.menu_view({}, inLocale),
      submenu: [
        { role: 'resetZoom', label: m.menu_actual_size({}, inLocale) },
        { role: 'zoomIn', label: m.menu_zoom_in({}, inLocale) },
        { role: 'zoomOut', label: m.menu_zoom_out({}, inLocale) },
        { type: 'separator' },
        { role: 'togglefullscreen', label: m.menu_full_screen({}, inLocale) },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools', label: m.menu_developer_tools({}, inLocale) } as const]),
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
