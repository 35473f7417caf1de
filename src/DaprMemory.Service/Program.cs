using DaprMemory.Service;

await MemoryService.Build(args).RunAsync();
