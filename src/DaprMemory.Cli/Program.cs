using DaprMemory.Cli.Commands;

return await MemoryCommand.Create().Parse(args).InvokeAsync();
