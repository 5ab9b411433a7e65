; The installer for Windows, from the folder that PyInstaller made:
;   iscc packaging\windows\large-gui.iss          (Inno Setup 6.3 or later; the result is dist\large-gui-VERSION-setup.exe)
; It installs for one person without asking for rights, or for all, as the person chooses.

#define Version "0.1.0"
#define Program "large-gui.exe"
#define Window "large-gui-window.exe"

[Setup]
AppId={{7C0E3C52-6E0B-4B55-9C0B-4C4755490001}
AppName=large-gui
AppVersion={#Version}
AppPublisher=The large-gui authors
VersionInfoVersion={#Version}
DefaultDirName={autopf}\large-gui
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
SetupIconFile=..\icons\large-gui.ico
UninstallDisplayIcon={app}\{#Window}
OutputDir=..\..\dist
OutputBaseFilename=large-gui-{#Version}-setup
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
ChangesEnvironment=yes
; The PATH of the person who installs; the task is not offered to one who installs for all.
UsedUserAreasWarning=no

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "onpath"; Description: "The command large-gui in every terminal (PATH)"; Check: not IsAdminInstallMode

[InstallDelete]
; Libraries of an earlier version must not stay between those of this one. Nothing of a person's is in here.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\large-gui\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{autoprograms}\large-gui"; Filename: "{app}\{#Window}"
Name: "{autodesktop}\large-gui"; Filename: "{app}\{#Window}"; Tasks: desktopicon

[Registry]
; Projects (.large) open with the window.
Root: HKA; Subkey: "Software\Classes\.large\OpenWithProgids"; ValueType: string; ValueName: "large-gui.project"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\large-gui.project"; ValueType: string; ValueName: ""; ValueData: "large-gui project"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\large-gui.project\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\{#Window},0"
Root: HKA; Subkey: "Software\Classes\large-gui.project\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\{#Window}"" ""%1"""
; Folders get an entry in their menu.
Root: HKA; Subkey: "Software\Classes\Directory\shell\large-gui"; ValueType: string; ValueName: ""; ValueData: "Sort with large-gui"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Directory\shell\large-gui"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\{#Window},0"
Root: HKA; Subkey: "Software\Classes\Directory\shell\large-gui\command"; ValueType: string; ValueName: ""; ValueData: """{app}\{#Window}"" ""%1"""
; `large-gui` in a terminal: Windows looks up programs here, and terminals by PATH.
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\{#Program}"; ValueType: string; ValueName: ""; ValueData: "{app}\{#Program}"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: onpath; Check: NotOnPath

[Run]
Filename: "{app}\{#Window}"; Description: "{cm:LaunchProgram,large-gui}"; Flags: nowait postinstall skipifsilent

[Code]
function PathOfPerson(): string;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Result) then
    Result := '';
end;

function NotOnPath(): Boolean;
begin
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(PathOfPerson()) + ';') = 0;
end;

{ What was put on the PATH is taken from it again, and nothing else is. }
procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Whole: string;
  Place: Integer;
begin
  if CurUninstallStep <> usPostUninstall then
    Exit;
  Whole := PathOfPerson();
  Place := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', Uppercase(Whole) + ';');
  if Place > 0 then
  begin
    Delete(Whole, Place, Length(ExpandConstant('{app}')) + 1);
    RegWriteExpandStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Whole);
  end;
end;
