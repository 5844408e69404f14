@echo off
rem Starts Nextscale with the Java found in JAVA_HOME, or else on the PATH (17 or later).
rem NEXTSCALE_JAVA_OPTS adds options for the Java VM, such as -Xmx4g.
setlocal

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"

set "VERSION="
if defined JAVA_HOME if exist "%JAVA_HOME%\release" (
    for /f "tokens=2 delims==" %%v in ('findstr /b "JAVA_VERSION=" "%JAVA_HOME%\release"') do set "VERSION=%%~v"
)
if not defined VERSION (
    for /f "tokens=3" %%v in ('""%JAVA%" -version 2>&1 | findstr /c:" version ""') do set "VERSION=%%~v"
)
set "MAJOR=0"
for /f "tokens=1 delims=.-+" %%m in ("%VERSION%") do set "MAJOR=%%m"
if %MAJOR% LSS 17 (
    echo nextscale: needs Java 17 or later: install it, or set JAVA_HOME 1>&2
    exit /b 1
)

rem ONNX Runtime from 1.29 on reports to its maker, unless it is told not to before it is loaded.
set "ORT_DISABLE_TELEMETRY=1"

set "COLLECTOR=-XX:+UseSerialGC -Xmn24m"
echo "%NEXTSCALE_JAVA_OPTS% %JAVA_TOOL_OPTIONS% %JDK_JAVA_OPTIONS% %_JAVA_OPTIONS%" | find "GC" >nul && set "COLLECTOR="
set "FLAGS=%COLLECTOR% -Djava.awt.headless=true --enable-native-access=ALL-UNNAMED"
if %MAJOR% GEQ 24 set "FLAGS=--sun-misc-unsafe-memory-access=allow %FLAGS%"

"%JAVA%" %FLAGS% %NEXTSCALE_JAVA_OPTS% -jar "%~dp0..\lib\nextscale-launcher.jar" %*
exit /b %ERRORLEVEL%
