using System.Text;
using DaprMemory.Cli.Commands;

// Values are UTF-8, whatever the terminal's locale says; and a file that gets them begins with no byte order mark.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await MemoryCommand.InvokeAsync(args, Console.Out, Console.Error);
