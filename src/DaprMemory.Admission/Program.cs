using DaprMemory.Admission;
using DaprMemory.Hosting;

return await ServiceProcess.RunAsync(() => AdmissionApp.Build(args));
